CREATE TYPE c AS (x int, y int);
CREATE TABLE t OF c;
CREATE TABLE other (c c);
