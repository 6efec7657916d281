CREATE SCHEMA "My Schema";
CREATE TYPE pair AS (a integer, b integer);
CREATE FUNCTION same(pair, pair) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1.a = $2.a AND $1.b = $2.b';
CREATE FUNCTION other(pair, pair) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN NOT same($1, $2);
CREATE FUNCTION below(pair, pair) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN $1.a < $2.a;
CREATE FUNCTION above(pair, pair) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN $1.a > $2.a;
CREATE FUNCTION turn(pair) RETURNS pair IMMUTABLE LANGUAGE sql RETURN ROW($1.b, $1.a)::pair;
CREATE OPERATOR ~= (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ~=, NEGATOR = ~<>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR ~<> (FUNCTION = other, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ~<>, NEGATOR = ~=);
CREATE OPERATOR "My Schema".<< (FUNCTION = below, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = OPERATOR(public.>>));
CREATE OPERATOR >> (FUNCTION = above, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = OPERATOR("My Schema".<<));
CREATE OPERATOR !! (FUNCTION = turn, RIGHTARG = pair);
COMMENT ON OPERATOR ~= (pair, pair) IS 'the same';
COMMENT ON OPERATOR !! (NONE, pair) IS 'turned';
CREATE TABLE t (p pair, CHECK (p ~<> ROW(0, 0)::pair));
CREATE INDEX i ON t ((!! p)) WHERE p ~= ROW(1, 1)::pair;
CREATE VIEW v AS SELECT p OPERATOR("My Schema".<<) !! p AS below FROM t;
CREATE POLICY s ON t USING (p ~= ROW(1, 2)::pair);
