CREATE EXTENSION file_fdw;
CREATE TYPE state AS ENUM ('a', 'b');
