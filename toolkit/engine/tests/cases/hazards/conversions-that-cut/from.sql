CREATE DOMAIN day AS date;
CREATE TABLE t (
    a numeric(10,4), b timestamptz, c numeric, d timestamp, e interval, f double precision,
    g bigint, h json, i text, j timestamptz, k numeric(10,4)[], l timestamptz, m text
);
CREATE TABLE fits (
    a integer, b numeric(5,0), c varchar(10), d smallint, e time, f cidr, g char(3), h varchar(5)[], i text
);
