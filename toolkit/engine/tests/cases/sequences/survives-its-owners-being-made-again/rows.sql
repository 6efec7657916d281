INSERT INTO t (a) VALUES ('x');
SELECT setval('s', 7);
