CREATE TYPE state AS ENUM ('a');
CREATE TABLE t (a char(3));
