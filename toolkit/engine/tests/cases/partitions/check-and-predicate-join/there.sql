SELECT a FROM p WHERE a = 'a';
