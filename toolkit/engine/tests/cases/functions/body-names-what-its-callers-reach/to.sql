CREATE SCHEMA s;
CREATE TABLE s.t (a integer);
SET search_path = s;
CREATE FUNCTION s.count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
