CREATE DOMAIN d AS integer;
CREATE TABLE t (a integer, b d);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
CREATE TABLE kept (a integer);
