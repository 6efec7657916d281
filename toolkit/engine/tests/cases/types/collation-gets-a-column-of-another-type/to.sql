CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
CREATE TABLE t (a varchar(20) COLLATE ci, b text, c text COLLATE ci);
