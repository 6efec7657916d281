-- An index that is built anew for another type keeps its comment from its partitions.
CREATE TYPE state AS ENUM ('a', 'c');
CREATE FUNCTION f(state) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE TABLE t (id bigint PRIMARY KEY, a state) PARTITION BY LIST (id);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'x';
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
