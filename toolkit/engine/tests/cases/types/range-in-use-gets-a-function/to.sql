CREATE FUNCTION minus(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE TYPE r AS RANGE (subtype = int4, subtype_diff = minus);
CREATE DOMAIN d AS r CHECK (NOT isempty(VALUE));
CREATE TYPE c AS (a r, b r_multirange);

CREATE TABLE t (id int, x r, xs r[], m r_multirange, c c, d d DEFAULT r(1, 2), ms r_multirange[]);
CREATE VIEW v AS SELECT id, x FROM t;
CREATE INDEX i ON t USING gist (x);
CREATE FUNCTION f() RETURNS r_multirange LANGUAGE sql RETURN r_multirange(r(1, 2), r(4, 5));
