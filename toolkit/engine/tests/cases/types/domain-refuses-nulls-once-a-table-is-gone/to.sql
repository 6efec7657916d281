-- A domain refuses nulls once a table that has some is gone.
CREATE DOMAIN d AS integer NOT NULL;
CREATE TABLE kept (a integer);
CREATE FUNCTION f() RETURNS SETOF kept LANGUAGE sql AS 'SELECT * FROM public.kept';
