CREATE TABLE organizations (id integer PRIMARY KEY);
CREATE TABLE members (organization integer REFERENCES organizations);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_members ON organizations
    USING (EXISTS (SELECT FROM members m WHERE m.organization = organizations.id));
