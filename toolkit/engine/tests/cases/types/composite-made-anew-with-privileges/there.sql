SELECT a FROM t WHERE a = 1 AND (b).b = 'a';
