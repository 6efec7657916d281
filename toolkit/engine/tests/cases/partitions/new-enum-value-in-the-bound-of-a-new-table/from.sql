CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE u (a e);
