INSERT INTO p (id, a) VALUES (1, 2);
