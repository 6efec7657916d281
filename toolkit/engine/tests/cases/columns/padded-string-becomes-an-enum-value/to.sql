-- A padded string becomes a value without its padding.
CREATE TYPE state AS ENUM ('a');
CREATE TABLE t (a state);
