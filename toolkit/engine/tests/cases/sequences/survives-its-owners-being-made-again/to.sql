-- A sequence survives its owner's being made again, and keeps its place.
CREATE SEQUENCE s;
CREATE TABLE t (a text, b text GENERATED ALWAYS AS (lower(a)) STORED);
ALTER SEQUENCE s OWNED BY t.b;
