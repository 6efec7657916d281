CREATE TYPE r AS RANGE (subtype = integer);
CREATE TYPE "My Range" AS RANGE (subtype = text, collation = "C", multirange_type_name = "My Ranges");
CREATE FUNCTION width(float8, float8) RETURNS float8 IMMUTABLE LANGUAGE sql RETURN $1 - $2;
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = width);
CREATE FUNCTION r(a r) RETURNS integer LANGUAGE sql RETURN lower(a);
CREATE TABLE t (a r DEFAULT r(1, 2), b "My Range", c floats CHECK (c @> 1.5::float8), d "My Ranges");
CREATE VIEW v AS SELECT "My Range"('a', 'b') AS one, r(1, 2) * a AS two FROM t;
