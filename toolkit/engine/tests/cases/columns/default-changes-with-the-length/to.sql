-- A default changes with the length.
CREATE TABLE t (a varchar DEFAULT 'it''s' NOT NULL);
COMMENT ON COLUMN t.a IS 'y';
