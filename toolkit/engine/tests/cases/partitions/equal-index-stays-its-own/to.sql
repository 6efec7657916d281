-- An equal index of its own stays a partition's own when the bounds change.
CREATE TABLE t (id bigint PRIMARY KEY, a integer) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
CREATE INDEX own ON p (a);
CREATE INDEX i ON ONLY t (a);
CREATE INDEX its ON p (a);
ALTER INDEX i ATTACH PARTITION its;
