CREATE FUNCTION zz(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE COLLATION zc (provider = icu, locale = 'de');
CREATE TABLE z (a int, g int GENERATED ALWAYS AS (zz(a)) STORED);
CREATE TABLE a (id int, v text, g int GENERATED ALWAYS AS (zz(id)) STORED, h bool GENERATED ALWAYS AS (v COLLATE zc < 'm') STORED);
