CREATE TABLE t (id integer CONSTRAINT few_not_null CHECK (id > 0));
