CREATE TABLE documents (id bigint, secret boolean);
CREATE TABLE open (id bigint);
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
