SELECT FROM t WHERE x::text = '(1)'
