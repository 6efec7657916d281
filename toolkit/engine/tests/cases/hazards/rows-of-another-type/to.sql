CREATE TABLE things (id bigint, at spot);
