CREATE TABLE r (id int, valid daterange, CONSTRAINT r_pk PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE t (id int, valid daterange);
