CREATE TABLE t (id bigint UNIQUE) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
CREATE TABLE gone (a integer, r bigint REFERENCES t (id));
CREATE TABLE kept (a integer, r bigint REFERENCES t (id));
