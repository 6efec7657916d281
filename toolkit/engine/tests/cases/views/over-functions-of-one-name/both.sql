CREATE SCHEMA other;
CREATE TABLE other.t (c integer);
CREATE FUNCTION other.rows_of_t() RETURNS SETOF other.t LANGUAGE sql AS 'SELECT * FROM other.t';
CREATE VIEW other.v AS SELECT c FROM other.rows_of_t();
CREATE FUNCTION rows_of_t(integer) RETURNS TABLE (b integer, c integer) LANGUAGE sql AS 'SELECT 1, 2';
