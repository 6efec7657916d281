CREATE TABLE tenants (id integer PRIMARY KEY, slug text NOT NULL, region text NOT NULL, CONSTRAINT by_slug UNIQUE (slug),
    UNIQUE (region, slug));
CREATE TABLE people (
    tenant_id integer NOT NULL REFERENCES tenants ON DELETE RESTRICT,
    number integer NOT NULL,
    boss integer,
    mentor integer,
    tenant_slug text REFERENCES tenants (slug) ON UPDATE CASCADE,
    PRIMARY KEY (tenant_id, number),
    FOREIGN KEY (tenant_id, boss) REFERENCES people,
    FOREIGN KEY (tenant_id, mentor) REFERENCES people (tenant_id, number)
);
CREATE TABLE profiles (
    tenant_id integer NOT NULL, number integer NOT NULL, about text, PRIMARY KEY (tenant_id, number),
    FOREIGN KEY (tenant_id, number) REFERENCES people ON DELETE CASCADE
);
CREATE TABLE messages (
    id bigserial PRIMARY KEY,
    tenant_id integer NOT NULL,
    sender integer NOT NULL,
    receiver integer,
    reply_to_id bigint UNIQUE REFERENCES messages ON DELETE SET NULL,
    late integer REFERENCES tenants DEFERRABLE INITIALLY DEFERRED,
    unchecked integer,
    pair_a text, pair_b text,
    FOREIGN KEY (tenant_id, sender) REFERENCES people,
    FOREIGN KEY (tenant_id, receiver) REFERENCES people MATCH FULL,
    FOREIGN KEY (pair_a, pair_b) REFERENCES tenants (region, slug)
);
ALTER TABLE messages ADD CONSTRAINT unchecked_tenant FOREIGN KEY (unchecked) REFERENCES tenants NOT VALID;
CREATE INDEX twins_a ON messages (sender);
CREATE INDEX twins_b ON messages (sender);
CREATE INDEX by_receiver ON messages (receiver) WITH (fillfactor = 70);
CREATE UNIQUE INDEX by_unchecked ON messages (unchecked);
CREATE INDEX plain_too ON messages (unchecked);
CREATE UNIQUE INDEX both_ways ON messages (receiver, sender);
CREATE UNIQUE INDEX three ON messages (tenant_id, sender, pair_a);
CREATE UNIQUE INDEX overlapping ON messages (sender, pair_b);
CREATE UNIQUE INDEX without_nulls ON messages (late) INCLUDE (receiver);
CREATE INDEX descending ON messages (late DESC);
CREATE INDEX hashed ON messages USING hash (pair_a);
ALTER TABLE messages ADD CONSTRAINT wait UNIQUE (pair_b) DEFERRABLE;
CREATE TABLE log (at timestamptz NOT NULL DEFAULT now(), line text, person integer UNIQUE);
COMMENT ON TABLE log IS 'It has no primary key.';
CREATE TABLE refers_to_log (id integer PRIMARY KEY, person integer REFERENCES log (person));
CREATE TABLE left_side (id integer PRIMARY KEY, right_id integer);
CREATE TABLE right_side (id integer PRIMARY KEY, left_id integer NOT NULL UNIQUE REFERENCES left_side, other_left_id integer REFERENCES left_side);
ALTER TABLE left_side ADD FOREIGN KEY (right_id) REFERENCES right_side;
CREATE TABLE tags (id integer PRIMARY KEY);
CREATE TABLE message_tags (message_id bigint REFERENCES messages, tag_id integer REFERENCES tags, PRIMARY KEY (message_id, tag_id));
