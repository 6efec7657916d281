SELECT id FROM kept WHERE id = 1;
