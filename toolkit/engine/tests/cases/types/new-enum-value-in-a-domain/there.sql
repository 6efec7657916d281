SELECT FROM t WHERE d::text = 'b'
