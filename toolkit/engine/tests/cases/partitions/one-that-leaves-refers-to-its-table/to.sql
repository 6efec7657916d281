CREATE TABLE other (id bigint PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t (id bigint PRIMARY KEY, r bigint, o bigint) PARTITION BY LIST (id);
CREATE TABLE kept (id bigint PRIMARY KEY, r bigint, o bigint);
CREATE TABLE gone (id bigint PRIMARY KEY, r bigint, o bigint);
CREATE TABLE below (id bigint PRIMARY KEY, r bigint, o bigint) PARTITION BY LIST (id);
CREATE TABLE below_1 PARTITION OF below FOR VALUES IN (3);
ALTER TABLE t ADD CONSTRAINT self FOREIGN KEY (r) REFERENCES t (id);
ALTER TABLE t ADD CONSTRAINT other FOREIGN KEY (o) REFERENCES other (id);
ALTER TABLE kept ADD CONSTRAINT self FOREIGN KEY (r) REFERENCES t (id);
