CREATE SEQUENCE numbers START 100;
CREATE SEQUENCE lonely;
CREATE TYPE unused AS ENUM ('a');
COMMENT ON TYPE unused IS 'Nobody has it.';
CREATE DOMAIN positive AS integer CONSTRAINT above CHECK (VALUE > 0);
COMMENT ON DOMAIN positive IS 'Above 0.';
CREATE FUNCTION next_number() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('numbers') $$;
CREATE TABLE things (
    id bigint PRIMARY KEY DEFAULT next_number(),
    number bigint NOT NULL DEFAULT nextval('numbers'),
    size positive,
    body text,
    during tstzrange,
    EXCLUDE USING gist (during WITH &&),
    CONSTRAINT sized CHECK (size < 100 OR body IS NOT NULL) NO INHERIT
) WITH (fillfactor = 80);
ALTER TABLE things ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN body SET STATISTICS 500;
ALTER TABLE things ALTER COLUMN size SET (n_distinct = 5);
COMMENT ON CONSTRAINT sized ON things IS 'Large ones are explained.';
CREATE INDEX things_by_body ON things (lower(body) text_pattern_ops) WHERE size IS NOT NULL;
COMMENT ON INDEX things_by_body IS 'For the search.';
ALTER TABLE things CLUSTER ON things_pkey;
ALTER TABLE things ENABLE ROW LEVEL SECURITY;
CREATE POLICY small ON things FOR SELECT USING (size < 10);
CREATE TABLE events (
    id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX events_by_kind ON events (kind);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01 00:00Z') TO ('2027-01-01 00:00Z');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value jsonb);
ALTER TABLE cache REPLICA IDENTITY FULL;
CREATE TABLE parent (id integer PRIMARY KEY, name text);
CREATE TABLE child (age integer, PRIMARY KEY (id)) INHERITS (parent);
CREATE MATERIALIZED VIEW sizes AS SELECT size, count(*) AS n FROM things GROUP BY size;
CREATE UNIQUE INDEX sizes_by_size ON sizes (size);
CREATE PROCEDURE forget(before timestamptz) LANGUAGE sql AS $$ DELETE FROM events WHERE at < before $$;
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric);
CREATE STATISTICS things_stats (dependencies) ON number, size FROM things;
CREATE RULE keep AS ON DELETE TO cache DO INSTEAD NOTHING;
CREATE VIEW with_options WITH (security_barrier = true) AS SELECT id FROM things;
