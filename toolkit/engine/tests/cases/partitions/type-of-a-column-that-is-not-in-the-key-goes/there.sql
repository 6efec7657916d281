SELECT FROM t WHERE id = 1 AND b = 2 AND c = 'b' AND d = 'x';
