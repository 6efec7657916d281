CREATE SCHEMA shop;
CREATE DOMAIN shop.price AS numeric CONSTRAINT price_is_positive CHECK (VALUE > 0);
CREATE TYPE shop.state AS ENUM ('new', 'sold');
CREATE TABLE shop.items (id bigint CONSTRAINT items_pkey PRIMARY KEY, price shop.price, state shop.state);
CREATE MATERIALIZED VIEW shop.sold AS SELECT id FROM shop.items WHERE state = 'sold';
CREATE FUNCTION shop.next(n bigint) RETURNS bigint LANGUAGE sql AS 'SELECT n + 1';
CREATE AGGREGATE shop.last(bigint) (SFUNC = int8larger, STYPE = bigint);
CREATE STATISTICS shop.items_both (ndistinct) ON id, price FROM shop.items;
CREATE COLLATION shop.plain (provider = icu, locale = 'und');
