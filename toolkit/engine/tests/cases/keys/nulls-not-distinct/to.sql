ALTER TABLE people ADD CONSTRAINT people_mail_key UNIQUE NULLS NOT DISTINCT (mail);
CREATE UNIQUE INDEX people_phone ON people (phone);
CREATE UNIQUE INDEX people_code ON people (code) NULLS NOT DISTINCT;
