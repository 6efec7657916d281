-- Expressions that PostgreSQL prints otherwise than it reads them, among those that it does not.
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN pos AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (x int, y text);
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION vf(VARIADIC a int[]) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION rt() RETURNS TABLE (p int, q text) LANGUAGE sql AS $$SELECT 1, 'a'$$;
CREATE TABLE t (a int, b int, c int, s text, v varchar(10), ch char(3), n numeric(10,2), d date, ts timestamp, tz timestamptz, i interval, j jsonb, js json, arr int[], m mood, p pos, pr pair, bt bytea, bo boolean, r int4range, x xml, u uuid, bits bit(4), vb bit varying(5), tm time, ci citext, sarr text[], varr varchar[], f8 float8, rr real, oi oid, nm name, inet inet, mny money, tv tsvector);
