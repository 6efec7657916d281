-- Detached, a partition has the foreign key of its table as its own.
CREATE TABLE t (id bigint) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
CREATE TABLE u (id bigint, r bigint) PARTITION BY LIST (id);
CREATE TABLE q PARTITION OF u FOR VALUES IN (1, 2);
