CREATE SEQUENCE s;
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer);
ALTER SEQUENCE s OWNED BY t.a;
CREATE TABLE kept (a integer);
