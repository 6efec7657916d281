CREATE DOMAIN counted AS integer;
CREATE TABLE parent (id integer PRIMARY KEY, code integer, a integer, b integer, c integer);
CREATE UNIQUE INDEX parent_pair ON parent (b, a);
ALTER TABLE parent ADD CONSTRAINT parent_late UNIQUE (c) DEFERRABLE;
CREATE TABLE child (id integer NOT NULL, spare integer, n counted NOT NULL,
    k integer GENERATED ALWAYS AS IDENTITY, l integer NOT NULL, late integer NOT NULL, added integer NOT NULL,
    p integer,
    q integer CONSTRAINT weaker REFERENCES parent,
    r integer CONSTRAINT other REFERENCES parent ON DELETE CASCADE);
