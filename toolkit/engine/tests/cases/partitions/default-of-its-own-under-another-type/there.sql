SELECT id FROM p WHERE a::text = '2';
