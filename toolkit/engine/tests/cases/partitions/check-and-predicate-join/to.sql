-- A check and a predicate that PostgreSQL prints as it would not read them join a partition's.
CREATE TABLE t (id bigint PRIMARY KEY, a varchar, CONSTRAINT ab CHECK (a IN ('a', 'b'))) PARTITION BY LIST (id);
CREATE INDEX i ON t (id) WHERE a IN ('a', 'b');
CREATE TABLE p (LIKE t);
