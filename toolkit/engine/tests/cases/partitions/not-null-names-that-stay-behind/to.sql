CREATE TABLE measured (id serial NOT NULL, at timestamptz NOT NULL, value numeric);
CREATE TABLE measured_old (
    id integer DEFAULT nextval('measured_id_seq') CONSTRAINT measured_id_not_null NOT NULL,
    at timestamptz CONSTRAINT measured_at_not_null NOT NULL,
    value numeric
);
CREATE TABLE widened (id integer CONSTRAINT narrowed_name_not_null NOT NULL);
CREATE TABLE narrowed (id integer, name text DEFAULT '' CONSTRAINT narrowed_name_not_null NOT NULL);
CREATE TABLE filled (id integer, note text CONSTRAINT filled_note_not_null NOT NULL);
CREATE DOMAIN note AS text CONSTRAINT filled_note_not_null CHECK (VALUE <> '');
CREATE TABLE divided (id bigint PRIMARY KEY, note text);
