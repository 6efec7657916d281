-- Booleans become numbers that PostgreSQL has no cast to, and back.
CREATE TABLE t (a smallint, b boolean);
