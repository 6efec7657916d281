CREATE TABLE t (a boolean, b bigint);
