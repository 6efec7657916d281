CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (a e, b int);
