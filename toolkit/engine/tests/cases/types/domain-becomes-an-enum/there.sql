SELECT FROM t WHERE x::text = 'b' AND y::text = '{a}'
