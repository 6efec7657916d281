CREATE TABLE kept (id bigint PRIMARY KEY, note text) WITH (fillfactor = 70, autovacuum_enabled = false);
CREATE INDEX kept_note ON kept (note) WITH (fillfactor = 60);
CREATE MATERIALIZED VIEW notes WITH (fillfactor = 50) AS SELECT note FROM kept;
