SELECT FROM t WHERE lower(x) = 1 AND upper(x) = 5 AND isempty(m) = false AND lower(xs[1]) = 1
