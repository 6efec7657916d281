CREATE TABLE t (a serial, b bigserial, c serial);
ALTER TABLE t ALTER c DROP DEFAULT;
GRANT ALL ON SEQUENCE t_a_seq TO PUBLIC;
