CREATE TABLE items (id bigint PRIMARY KEY, price integer, sold boolean);
CREATE FUNCTION sell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE items SET sold = true WHERE id = OLD.id; RETURN OLD; END $$;
