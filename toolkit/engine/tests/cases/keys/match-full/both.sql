CREATE TABLE places (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE visits (id bigint, x integer, y integer);
