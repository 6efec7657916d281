CREATE TYPE c AS (x integer, y integer);
CREATE TYPE holder AS (c c, z text);
CREATE TABLE t (a c, b c[], d holder, gone c);
CREATE TABLE unrelated (x integer);
