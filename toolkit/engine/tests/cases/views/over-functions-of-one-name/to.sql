-- Only the function that a view calls says what its columns are.
CREATE TABLE t (b integer, c integer, a integer);
CREATE FUNCTION rows_of_t() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
CREATE VIEW v AS SELECT a, b FROM rows_of_t();
