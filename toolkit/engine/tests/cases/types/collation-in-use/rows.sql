INSERT INTO t (id, a, b, n) VALUES (1, 'a', 'x', 'n'); INSERT INTO u VALUES ('D', ROW('A', 1)); INSERT INTO heir VALUES ('h');
