CREATE DOMAIN day AS date;
CREATE TABLE t (
    a numeric(10,2), b date, c integer, d timestamp(0), e interval hour to minute, f real,
    g double precision, h jsonb, i numeric(10,2), j timestamp, k numeric(10,2)[], l day, m name
);
CREATE TABLE fits (
    a bigint, b integer, c text, d real, e interval, f inet, g char(5), h varchar(9)[], i varchar(5)
);
