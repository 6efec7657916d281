CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO reader WITH GRANT OPTION;
SET ROLE reader; GRANT SELECT (a) ON t TO "Writer 1"; RESET ROLE;
