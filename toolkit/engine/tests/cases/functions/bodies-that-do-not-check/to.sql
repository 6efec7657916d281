SET check_function_bodies = off;
CREATE FUNCTION names_nothing() RETURNS integer LANGUAGE sql AS 'SELECT a FROM later';
CREATE FUNCTION is_wrong() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN IF; END';
CREATE PROCEDURE declares_nothing() LANGUAGE plpgsql AS 'DECLARE r later%ROWTYPE; BEGIN NULL; END';
