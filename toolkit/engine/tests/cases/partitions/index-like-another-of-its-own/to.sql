-- A partition's index that is like another one of its own gets the name that it has.
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY HASH (id);
CREATE INDEX i ON t (a);
CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE INDEX own ON p (a);
