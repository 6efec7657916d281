CREATE TABLE t (a int, "b=c" int, "d.e" int);
