CREATE DOMAIN few AS bigint NOT NULL CHECK (VALUE > 0);
CREATE TABLE t (id integer, a few DEFAULT 1);
