CREATE TABLE t (a int CONSTRAINT must NOT NULL, b int CONSTRAINT b_set NOT NULL, c int NOT NULL, d int, e int CONSTRAINT e_set NOT NULL);
COMMENT ON CONSTRAINT b_set ON t IS 'b is set';
COMMENT ON CONSTRAINT must ON t IS 'stays';
