CREATE TABLE kept (id bigint PRIMARY KEY, note text) WITH (fillfactor = 80, toast.autovacuum_enabled = false);
CREATE INDEX kept_note ON kept (note) WITH (deduplicate_items = off);
CREATE MATERIALIZED VIEW notes AS SELECT note FROM kept;
