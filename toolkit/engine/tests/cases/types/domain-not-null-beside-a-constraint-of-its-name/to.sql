CREATE TABLE t (id integer CONSTRAINT few_not_null CHECK (id > 0));
CREATE DOMAIN few AS integer CONSTRAINT few_not_null NOT NULL;
