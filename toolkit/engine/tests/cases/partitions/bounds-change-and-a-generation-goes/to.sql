-- A partition that gets other bounds parts with a generation expression by itself.
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b integer) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
