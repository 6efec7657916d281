CREATE TABLE t (id int, a text, tenant int, PRIMARY KEY (id, tenant));
CREATE VIEW v AS SELECT id, a FROM t GROUP BY id, a;
CREATE VIEW w AS SELECT a FROM v;
