CREATE TYPE place AS (x integer, y bigint);
CREATE TYPE spot AS ("left" integer, y integer);
