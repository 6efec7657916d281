CREATE TABLE r (id int, valid daterange, CONSTRAINT r_pk PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE t (id int, valid daterange, CONSTRAINT t_u UNIQUE (id, valid WITHOUT OVERLAPS), CONSTRAINT fk FOREIGN KEY (id, PERIOD valid) REFERENCES r (id, PERIOD valid));
CREATE TABLE made (id int, valid daterange, PRIMARY KEY (id, valid WITHOUT OVERLAPS), FOREIGN KEY (id, PERIOD valid) REFERENCES r (id, PERIOD valid));
