SELECT id FROM p WHERE a = 7 AND b::text = '7';
