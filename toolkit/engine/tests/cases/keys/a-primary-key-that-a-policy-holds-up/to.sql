-- A primary key that a policy holds up goes before another one comes.
CREATE TABLE t (id bigint CONSTRAINT key PRIMARY KEY);
CREATE POLICY p ON t USING (EXISTS (SELECT FROM t AS o WHERE o.id = t.id));
