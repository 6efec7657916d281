CREATE TYPE c AS RANGE (subtype = int);
CREATE TABLE t (id int, x c);
