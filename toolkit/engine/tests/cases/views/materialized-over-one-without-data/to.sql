-- A materialized view over one without data is made without data, too.
CREATE TABLE t (a bigint);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA;
