SELECT FROM t, u, v WHERE t.x = 1 AND u.x = 1 AND v.x = 1
