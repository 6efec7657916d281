CREATE TYPE pair AS (a integer);
CREATE TYPE state AS ENUM ('a');
CREATE DOMAIN d AS integer;
CREATE TYPE r AS RANGE (subtype = integer);
