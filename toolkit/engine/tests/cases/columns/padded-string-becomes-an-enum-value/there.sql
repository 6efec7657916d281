SELECT a FROM t WHERE trim(a::text) = 'a';
