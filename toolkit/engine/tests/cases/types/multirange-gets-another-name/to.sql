CREATE TYPE r AS RANGE (subtype = int4, multirange_type_name = "Many R");
CREATE TABLE t (m "Many R");
