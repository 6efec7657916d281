SELECT FROM t, u WHERE t.x = 1 AND u.y = 2
