SELECT a FROM t WHERE a = 'a';
