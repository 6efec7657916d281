CREATE TABLE t (id bigserial PRIMARY KEY, x int);
GRANT SELECT ON SEQUENCE t_id_seq TO reader;
