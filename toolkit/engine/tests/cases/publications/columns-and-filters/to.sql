CREATE TABLE t (id int PRIMARY KEY, b int, c bigint);
CREATE TABLE u (id int PRIMARY KEY, a bigint, b int);
CREATE TABLE v (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id, c), u WHERE (a > 0), v WHERE (id IN (1, 2));
