-- A sequence goes over to a column whose type changes with a check of the old owner.
CREATE SEQUENCE s;
CREATE TABLE t (a text, c integer, CHECK (a <> ''));
ALTER SEQUENCE s OWNED BY t.a;
