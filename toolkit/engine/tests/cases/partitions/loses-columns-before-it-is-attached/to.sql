-- A table loses what its new partition does not have before that is attached.
CREATE SEQUENCE s;
CREATE TABLE t (id bigint PRIMARY KEY, b integer) PARTITION BY HASH (id);
CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
