CREATE TABLE t (a integer);
CREATE VIEW v WITH (security_barrier=false) AS SELECT a FROM t;
