CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
CREATE TABLE t (a text);
CREATE INDEX i ON t ((a COLLATE ci));
