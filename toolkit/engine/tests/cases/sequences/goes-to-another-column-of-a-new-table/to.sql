-- A sequence goes from a table that is made anew to another column of it.
CREATE SEQUENCE s;
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY RANGE (id);
ALTER SEQUENCE s OWNED BY t.b;
CREATE TABLE kept (a integer);
