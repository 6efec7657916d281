CREATE TYPE state AS ENUM ('a');
CREATE TABLE t (a text, b state);
