CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1), c int GENERATED ALWAYS AS (a + 2) STORED, d int);
