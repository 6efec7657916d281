CREATE TYPE c AS (x integer);
CREATE TYPE holder AS (c c, z text);
CREATE TABLE t (a c, b c[], d holder);
CREATE TABLE unrelated (x integer);
