CREATE TABLE t (a timestamp, CHECK (extract('YEAR' FROM a) > 2000));
CREATE VIEW v AS SELECT extract('Month' FROM a) AS m, date_part('DAY', a) AS d FROM t;
CREATE INDEX i ON t (extract('YEAR' FROM a));
