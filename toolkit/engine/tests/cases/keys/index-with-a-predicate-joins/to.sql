-- Indexes with a predicate that PostgreSQL prints as it would not read it are joined.
CREATE TABLE t (id bigint PRIMARY KEY, a varchar) PARTITION BY LIST (id);
CREATE INDEX i ON t (id) WHERE a IN ('a', 'b');
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
