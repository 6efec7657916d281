CREATE TYPE c AS (x int, y int);
CREATE TABLE t OF c;
CREATE TABLE u (x int);
CREATE TABLE v OF c;
