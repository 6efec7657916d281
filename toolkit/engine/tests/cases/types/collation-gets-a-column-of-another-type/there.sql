SELECT FROM t WHERE a = 'a' AND b = 'b'
