CREATE TABLE items (id bigint PRIMARY KEY, price integer);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
