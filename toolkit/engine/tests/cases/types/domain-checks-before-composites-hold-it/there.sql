SELECT a FROM t WHERE (b).e = 'a';
