CREATE FUNCTION next(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n + 2';
CREATE FUNCTION after_next(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT next(next(n))';
CREATE TABLE items (id bigint, number bigint GENERATED ALWAYS AS (after_next(id)) STORED);
CREATE VIEW numbers AS SELECT next(id) AS number FROM items;
CREATE MATERIALIZED VIEW kept AS SELECT number FROM numbers;
