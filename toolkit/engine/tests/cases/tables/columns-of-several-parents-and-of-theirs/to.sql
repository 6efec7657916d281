CREATE TABLE top (x bigint);
CREATE TABLE a (y int) INHERITS (top);
CREATE TABLE b (z int) INHERITS (top);
CREATE TABLE o (x bigint, y int);
CREATE TABLE p (y int);
CREATE TABLE diamond () INHERITS (a, b);
CREATE TABLE c (own int) INHERITS (a, o, p);
