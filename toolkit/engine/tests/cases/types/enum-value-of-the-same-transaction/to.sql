-- Rows become a value that their enum type got in the same transaction.
CREATE TYPE state AS ENUM ('a', 'b');
CREATE TABLE t (a state, b state);
