-- A composite type is made anew with its privileges, and what takes an array of it.
CREATE TYPE pair AS (a integer, b varchar);
GRANT USAGE ON TYPE pair TO reader;
CREATE FUNCTION of_pair(it pair[]) RETURNS pair[] LANGUAGE sql AS 'SELECT it';
CREATE TABLE t (a integer, b pair);
