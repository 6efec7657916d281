SELECT a FROM t WHERE a::text LIKE '::1%';
