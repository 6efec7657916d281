CREATE SERVER files TYPE 't' VERSION '1' FOREIGN DATA WRAPPER file_fdw;
COMMENT ON SERVER files IS 'files';
CREATE FOREIGN TABLE "My Table" (
    a integer NOT NULL DEFAULT 1,
    "My Column" text OPTIONS (force_not_null 'true') COLLATE "C" CHECK ("My Column" <> ''),
    s state
) SERVER files OPTIONS (filename '/tmp/it''s', format 'csv');
COMMENT ON FOREIGN TABLE "My Table" IS 'mine';
COMMENT ON COLUMN "My Table".a IS 'a column';
GRANT SELECT ON "My Table" TO PUBLIC;
CREATE VIEW v AS SELECT a, s FROM "My Table";
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER r BEFORE INSERT ON "My Table" FOR EACH ROW EXECUTE FUNCTION f();
