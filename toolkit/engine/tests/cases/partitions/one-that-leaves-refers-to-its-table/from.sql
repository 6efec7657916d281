-- PostgreSQL 14 drops the foreign key of a partition that leaves when it refers to a partitioned table.
CREATE TABLE other (id bigint PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t (id bigint PRIMARY KEY, r bigint, o bigint) PARTITION BY LIST (id);
CREATE TABLE kept PARTITION OF t FOR VALUES IN (1);
CREATE TABLE gone PARTITION OF t FOR VALUES IN (2);
CREATE TABLE below PARTITION OF t FOR VALUES IN (3) PARTITION BY LIST (id);
CREATE TABLE below_1 PARTITION OF below FOR VALUES IN (3);
ALTER TABLE t ADD CONSTRAINT self FOREIGN KEY (r) REFERENCES t (id);
ALTER TABLE t ADD CONSTRAINT other FOREIGN KEY (o) REFERENCES other (id);
