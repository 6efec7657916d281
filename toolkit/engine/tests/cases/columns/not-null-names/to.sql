CREATE TABLE t (a int CONSTRAINT have_to NOT NULL, b int NOT NULL, c int CONSTRAINT "C!" NOT NULL, d int CONSTRAINT d_set NOT NULL, e int);
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'b is not null';
COMMENT ON CONSTRAINT "C!" ON t IS 'c''s';
COMMENT ON CONSTRAINT have_to ON t IS 'stays';
CREATE TABLE made (a int CONSTRAINT given NOT NULL, k int PRIMARY KEY);
COMMENT ON CONSTRAINT given ON made IS 'new';
