CREATE TYPE r AS RANGE (subtype = int8);
CREATE TABLE t (id int, x r, xs r[], m r_multirange, ms r_multirange[]);
CREATE VIEW v AS SELECT id, x FROM t;
CREATE INDEX i ON t USING gist (x);
