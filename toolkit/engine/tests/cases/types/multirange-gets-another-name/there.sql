SELECT FROM t WHERE lower(m) = 3
