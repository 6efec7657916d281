CREATE TYPE e AS ENUM ('b', 'a', 'c');
CREATE TYPE r AS RANGE (subtype = e);
CREATE TABLE t (x r);
