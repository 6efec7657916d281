INSERT INTO t (id, x, m, c) VALUES (1, '[1,5)', '{[3,4)}', ROW('[1,2)', '{[1,2)}'));
