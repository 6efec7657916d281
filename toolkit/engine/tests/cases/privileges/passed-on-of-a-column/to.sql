CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO reader;
GRANT INSERT (b) ON t TO reader WITH GRANT OPTION;
SET ROLE reader; GRANT INSERT (b) ON t TO "Writer 1"; RESET ROLE;
