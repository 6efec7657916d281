CREATE TABLE t (a integer, b integer);
CREATE FUNCTION rows_of_t() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
CREATE VIEW v AS SELECT a, b FROM rows_of_t();
