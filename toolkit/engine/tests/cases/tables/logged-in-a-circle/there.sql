SELECT FROM a JOIN b ON b.id = a.b
