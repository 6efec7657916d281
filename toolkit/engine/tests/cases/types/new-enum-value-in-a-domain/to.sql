CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS e DEFAULT 'c' CHECK (VALUE <> 'a');
CREATE TABLE t (d d);
