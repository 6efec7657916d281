CREATE SEQUENCE numbers;
CREATE TABLE a (id integer NOT NULL, code integer NOT NULL, CONSTRAINT new PRIMARY KEY (code));
