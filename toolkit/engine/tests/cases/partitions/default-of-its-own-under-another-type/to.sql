-- A partition gets a default of its own while the type changes above it.
CREATE TABLE t (id bigint PRIMARY KEY, a text DEFAULT 'x') PARTITION BY HASH (id);
CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE p ALTER COLUMN a SET DEFAULT 'own';
