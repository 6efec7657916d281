CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
CREATE INDEX i ON t (a);
