CREATE EXTENSION btree_gist;
CREATE TABLE q (a int, b int);
