-- A materialized view keeps being without data under one that shall have some.
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE MATERIALIZED VIEW over_m AS SELECT a FROM m;
