CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int);
CREATE TABLE u (id int PRIMARY KEY, a int, b int);
CREATE TABLE v (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id, a), u WHERE (a > 0), v;
