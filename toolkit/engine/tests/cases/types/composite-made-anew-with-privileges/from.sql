CREATE TYPE pair AS (a integer, b text);
GRANT USAGE ON TYPE pair TO reader;
CREATE FUNCTION of_pair(it pair[]) RETURNS text LANGUAGE sql AS 'SELECT it::text';
CREATE TABLE t (a integer, b pair);
