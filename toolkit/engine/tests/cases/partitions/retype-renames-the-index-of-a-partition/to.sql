-- PostgreSQL builds these anew with the new type, under names of its own.
CREATE TABLE t (id integer NOT NULL, a text, b bigint) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
CREATE INDEX i ON t (a) WHERE b > 0;
CREATE INDEX j ON t (b, id);
CREATE UNIQUE INDEX k ON t (b, id);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, a);
ALTER INDEX q_a_idx RENAME TO named;
ALTER TABLE q RENAME CONSTRAINT q_id_a_key TO "named key";
