CREATE TABLE t (id integer PRIMARY KEY, a integer) PARTITION BY RANGE (id);
CREATE INDEX kept ON t (a);
