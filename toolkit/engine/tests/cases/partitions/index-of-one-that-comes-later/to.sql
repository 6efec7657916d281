-- PostgreSQL would take it for that of the equal index which is there when the partition is attached.
CREATE TABLE t (id integer PRIMARY KEY, a integer) PARTITION BY RANGE (id);
CREATE INDEX new ON t (a);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (9);
CREATE INDEX kept ON t (a);
