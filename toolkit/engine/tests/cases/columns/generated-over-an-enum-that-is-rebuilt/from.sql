CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, g bool GENERATED ALWAYS AS ('a'::e < 'b'::e) STORED, x e);
