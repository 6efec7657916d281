SELECT FROM t, other WHERE t.x = 1 AND t.y::text = '2' AND (other.c).y::text = '2'
