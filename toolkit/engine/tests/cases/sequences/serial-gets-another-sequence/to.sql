CREATE SEQUENCE numbers;
CREATE TABLE t (id int NOT NULL DEFAULT nextval('numbers'), x int);
ALTER SEQUENCE numbers OWNED BY t.id;
