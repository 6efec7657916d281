-- A key of a partitioned table gets another name while a partition gets other bounds.
CREATE TABLE t (id bigint CONSTRAINT key PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
