-- What is revoked from a table goes from its columns too.
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
GRANT SELECT (a) ON t TO reader WITH GRANT OPTION;
GRANT INSERT ON t TO reader;
GRANT SELECT (a), UPDATE (a) ON m TO "Writer 1";
GRANT SELECT ON m TO reader;
