CREATE POLICY documents_read ON documents FOR SELECT TO reader USING (NOT secret);
CREATE POLICY documents_kept ON documents AS RESTRICTIVE FOR SELECT TO reader, "Writer 1" USING (owner = CURRENT_USER);
CREATE POLICY documents_new ON documents FOR INSERT TO reader WITH CHECK (true);
