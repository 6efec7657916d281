CREATE TABLE t (a integer);
CREATE VIEW v WITH (security_invoker=true, security_barrier=true) AS SELECT a FROM t;
