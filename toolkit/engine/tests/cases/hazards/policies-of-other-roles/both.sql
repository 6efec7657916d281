CREATE TABLE documents (id bigint, owner text, secret boolean);
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
