SELECT a FROM t WHERE a::text = 'b' AND b::text = 'a';
