-- Partitions of a new partition get the indexes of the table above by themselves.
CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
CREATE INDEX i ON t (a);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
CREATE TABLE r (id bigint CONSTRAINT own PRIMARY KEY, a integer);
CREATE INDEX named ON r (a);
ALTER TABLE t ATTACH PARTITION r FOR VALUES IN (2);
