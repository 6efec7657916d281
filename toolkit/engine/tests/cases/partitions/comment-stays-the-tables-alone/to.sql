-- The comment on an index stays that of the partitioned table alone.
CREATE TABLE t (id bigint PRIMARY KEY, a bigint) PARTITION BY LIST (id);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'x';
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
