-- PostgreSQL prints the columns of such a function by place, and a table that is kept has another order.
CREATE TABLE t (b integer, c integer, a integer);
CREATE FUNCTION rows_of_t() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
CREATE VIEW v AS SELECT a, b FROM rows_of_t();
CREATE VIEW w AS SELECT x.a, y.b FROM rows_of_t() AS x, (VALUES (1, 2, 3)) AS y (b, c, a);
