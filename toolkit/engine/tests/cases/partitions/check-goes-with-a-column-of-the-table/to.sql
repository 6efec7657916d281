-- A check that goes with a column of the table goes from a partition that leaves, too.
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 3) STORED,
    CONSTRAINT c CHECK (b IS NULL OR a > 0)) PARTITION BY LIST (id);
CREATE TABLE p (LIKE t);
