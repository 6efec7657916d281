-- A partition that leaves parts with a generation expression afterwards.
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)
    PARTITION BY LIST (id);
CREATE TABLE p (id bigint, a integer, b integer);
