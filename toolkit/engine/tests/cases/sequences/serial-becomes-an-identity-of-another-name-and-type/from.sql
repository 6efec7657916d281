CREATE TABLE t (id bigserial, x int);
