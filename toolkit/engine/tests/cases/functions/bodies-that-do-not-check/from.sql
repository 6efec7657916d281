SET check_function_bodies = off;
CREATE FUNCTION is_wrong() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN; IF; END';
