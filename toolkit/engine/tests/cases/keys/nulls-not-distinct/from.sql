ALTER TABLE people ADD CONSTRAINT people_mail_key UNIQUE (mail);
CREATE UNIQUE INDEX people_phone ON people (phone) NULLS NOT DISTINCT;
