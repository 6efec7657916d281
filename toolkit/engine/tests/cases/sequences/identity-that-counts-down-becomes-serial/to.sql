CREATE SEQUENCE t_id_seq AS int INCREMENT -1 MAXVALUE -3;
CREATE TABLE t (id int NOT NULL DEFAULT nextval('t_id_seq'), x int);
ALTER SEQUENCE t_id_seq OWNED BY t.id;
