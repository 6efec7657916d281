CREATE DOMAIN code AS text;
CREATE DOMAIN short_code AS code;
CREATE DOMAIN state AS text;
CREATE DOMAIN short_state AS state CHECK (VALUE <> '');
ALTER DOMAIN state SET DEFAULT 'x';
CREATE DOMAIN number AS integer;
CREATE DOMAIN short_number AS number;
ALTER DOMAIN number SET DEFAULT 7;
CREATE TABLE t (a short_number);
