-- Partitions of a partition that a key refers to go after the key.
CREATE TABLE t (id bigint PRIMARY KEY);
CREATE TABLE u (id bigint);
