-- A domain over another gets its default when it is made, and not afterwards.
CREATE DOMAIN code AS text DEFAULT upper('z');
CREATE DOMAIN state AS text;
CREATE DOMAIN number AS bigint;
CREATE DOMAIN short_number AS number;
ALTER DOMAIN number SET DEFAULT 7;
CREATE TABLE t (a short_number);
