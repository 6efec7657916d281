-- PostgreSQL detaches no partition whose rows are referred to.
CREATE TABLE t (id bigint UNIQUE) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
CREATE TABLE gone (a integer);
CREATE TABLE kept (a integer, r bigint REFERENCES t (id));
