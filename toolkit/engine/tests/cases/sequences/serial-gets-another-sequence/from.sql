CREATE TABLE t (id serial, x int);
