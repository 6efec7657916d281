CREATE TYPE c AS (x int, y int);
CREATE TYPE d AS (x int);
CREATE TABLE t (x int, y int, z int);
CREATE TABLE u OF c;
CREATE TABLE v OF d;
