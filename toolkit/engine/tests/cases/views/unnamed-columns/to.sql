CREATE TYPE "Kind" AS ENUM ('a', 'b');
CREATE TABLE t (a integer, b text, c "Kind", d numeric(10, 2), e char(3), at timestamptz);
-- The columns of a second arm have names that nobody sees, and PostgreSQL does not print them at first.
CREATE VIEW nulls AS SELECT q.a FROM (SELECT a FROM t UNION ALL SELECT NULL FROM t) q;
CREATE VIEW words AS
    SELECT q.* FROM (SELECT b, 'first, (of) '' two' AS which FROM t UNION SELECT 'x', 'second::text' FROM t) q;
CREATE VIEW kinds AS
    WITH w AS (SELECT c, d, e, at FROM t UNION ALL
        (SELECT 'a'::"Kind", 1, 'x', now() EXCEPT SELECT DISTINCT ON (a) 'b'::"Kind", a + 1, NULL, timestamptz '2000-01-01 00:00+00' FROM t))
    SELECT c, d, e, at FROM w;
CREATE VIEW arrays AS
    SELECT a, EXISTS (SELECT NULL) AS there, a IN (SELECT -5) AS five, ARRAY(SELECT 'x') AS words FROM t
    WHERE b IN (SELECT 'y' UNION SELECT b || 'z' FROM t);
CREATE MATERIALIZED VIEW kept AS
    SELECT q.a FROM (SELECT a::numeric AS a FROM t UNION ALL SELECT a + 1 FROM t UNION ALL SELECT 2 FROM t) q;
CREATE RULE into_t AS ON INSERT TO words DO INSTEAD
    INSERT INTO t (a, b) SELECT a, b FROM t UNION SELECT 1, NULL UNION SELECT a + 1, 'r' FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON t USING (b IN (SELECT 'x') OR EXISTS (SELECT NULL FROM t u));
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC
    SELECT 'x' UNION SELECT NULL;
    SELECT 'y';
END;
