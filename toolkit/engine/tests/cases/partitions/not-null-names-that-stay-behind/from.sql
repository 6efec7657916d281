-- Partitions have the names of their table's constraints, and keep them when that is made anew.
CREATE TABLE measured (id serial NOT NULL, at timestamptz NOT NULL, value numeric) PARTITION BY RANGE (at);
CREATE TABLE measured_old PARTITION OF measured FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2021-01-01 00:00+00');
CREATE TABLE widened (id integer CONSTRAINT narrowed_name_not_null NOT NULL);
CREATE TABLE narrowed (id integer);
CREATE TABLE filled (id integer, note text);
CREATE DOMAIN note AS text CONSTRAINT filled_note_not_null CHECK (VALUE <> '');
CREATE TABLE divided (id bigint PRIMARY KEY, note text) PARTITION BY LIST (id);
CREATE TABLE divided_3 PARTITION OF divided FOR VALUES IN (3);
ALTER TABLE divided_3 ALTER COLUMN note SET DEFAULT 'own';
