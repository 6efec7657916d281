CREATE TABLE people (id bigint PRIMARY KEY, mail text, phone text, code text);
