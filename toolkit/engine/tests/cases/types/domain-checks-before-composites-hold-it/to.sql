-- A domain looks at values before composite types hold some, or is made anew.
CREATE FUNCTION f(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT x';
CREATE DOMAIN d AS text CONSTRAINT called CHECK (f(VALUE) IS DISTINCT FROM 'x');
CREATE DOMAIN e AS text CONSTRAINT called CHECK (f(VALUE) IS DISTINCT FROM 'x');
CREATE TYPE held AS (e e);
CREATE TYPE pair AS (d d);
CREATE TABLE t (a integer, b held);
CREATE TABLE u (pair pair, several d[]);
