SELECT FROM t WHERE lower(x) = 1 AND upper((c).a) = 2
