CREATE TABLE things (id bigint, at place);
