SELECT FROM pg_catalog.pg_sequences WHERE last_value = 50
