CREATE DOMAIN few AS integer;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE t (id bigint, b few, c mood, d text COLLATE ci) PARTITION BY HASH (id);
CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
