CREATE TYPE r AS RANGE (subtype = int4);
CREATE TABLE t (m r_multirange);
