CREATE POLICY documents_read ON documents USING (NOT secret);
