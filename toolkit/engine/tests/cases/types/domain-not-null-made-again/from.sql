CREATE DOMAIN few AS integer NOT NULL CHECK (VALUE > 0);
CREATE TABLE t (id integer, a few DEFAULT 1);
