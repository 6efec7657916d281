CREATE TABLE t (id integer, a integer);
ALTER TABLE t OWNER TO reader;
