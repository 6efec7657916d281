-- Partitions of partitions keep the names of their indexes.
CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2) PARTITION BY LIST (id);
CREATE TABLE q (id bigint PRIMARY KEY, a integer, CONSTRAINT named UNIQUE (id, a));
CREATE INDEX i ON t (a);
CREATE INDEX lower ON ONLY p (id, a);
ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1);
ALTER TABLE t ADD CONSTRAINT pair UNIQUE (id, a);
