CREATE FUNCTION is_code(t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT t ~ ''^[A-Z]+$''';
CREATE FUNCTION scaled(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE DOMAIN code AS text CONSTRAINT code_is_one CHECK (is_code(VALUE));
CREATE TABLE items (code code, low integer, high integer,
    CONSTRAINT items_apart EXCLUDE USING gist (int4range(scaled(low), scaled(high)) WITH &&),
    CONSTRAINT items_in_order CHECK (scaled(low) <= scaled(high)));
