-- A sequence of a column has the owner of the table, which it follows, and which it needs beforehand.
CREATE TABLE new_serial (id serial);
ALTER TABLE new_serial OWNER TO reader;
CREATE TABLE taken (id serial);
ALTER TABLE taken OWNER TO reader;
CREATE TABLE revoked (id serial);
ALTER TABLE revoked OWNER TO reader;
REVOKE UPDATE ON SEQUENCE revoked_id_seq FROM reader;
CREATE TABLE given (id integer);
ALTER TABLE given OWNER TO reader;
CREATE SEQUENCE alone;
ALTER SEQUENCE alone OWNER TO reader;
ALTER SEQUENCE alone OWNED BY given.id;
CREATE TABLE anew (id serial, a integer) PARTITION BY RANGE (id);
ALTER TABLE anew OWNER TO reader;
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY);
ALTER TABLE numbered OWNER TO reader;
