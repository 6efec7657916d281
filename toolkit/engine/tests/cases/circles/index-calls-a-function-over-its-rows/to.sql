CREATE TABLE t (a integer, b integer);
CREATE FUNCTION sum(t) RETURNS integer IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT $1.a + $1.b; END;
CREATE INDEX i ON t (sum(t.*));
CREATE INDEX j ON t (a) WHERE sum(t.*) > 0;
