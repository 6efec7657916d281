CREATE TYPE c AS (x int, y bigint, z text);
CREATE TABLE t OF c (PRIMARY KEY (x));
CREATE TABLE u OF c (y DEFAULT 3, z NOT NULL DEFAULT '');
