CREATE TABLE a (id integer);
CREATE TABLE b (id integer);
CREATE POLICY reads_b ON a USING (id IN (SELECT id FROM b));
CREATE POLICY reads_a ON b USING (id IN (SELECT id FROM a));
