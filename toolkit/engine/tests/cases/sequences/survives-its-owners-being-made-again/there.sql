SELECT a FROM t, s WHERE a = 'x' AND last_value = 7;
