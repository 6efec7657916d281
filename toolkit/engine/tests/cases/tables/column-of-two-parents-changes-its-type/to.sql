CREATE TABLE a (x bigint);
CREATE TABLE b (x bigint, CHECK (x > 0) NO INHERIT);
CREATE TABLE c () INHERITS (a, b);
