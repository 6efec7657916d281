CREATE TABLE t (a integer, b text, c integer,
    EXCLUDE USING btree (a WITH =, lower(b) WITH =) WHERE (c IS NOT NULL));
