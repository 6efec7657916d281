CREATE FUNCTION tax(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT n * 1.19';
CREATE FUNCTION gross(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT n + public.tax(n)';
CREATE FUNCTION cheap(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE DOMAIN taxed AS numeric CHECK (tax(VALUE) > 0);
CREATE TABLE t (n numeric CONSTRAINT positive CHECK (tax(n) > 0), g numeric GENERATED ALWAYS AS (tax(n)) STORED,
    EXCLUDE USING btree (tax(n) WITH =));
CREATE INDEX i ON t (tax(n));
CREATE INDEX p ON t (n) WHERE gross(n) > 1;
CREATE INDEX q ON t (cheap(n));
CREATE MATERIALIZED VIEW m AS SELECT tax(n) FROM t;
CREATE TABLE u (n numeric) PARTITION BY LIST (tax(n));
