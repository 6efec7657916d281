CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE "My Table" (a integer, b text) SERVER files OPTIONS (filename '/tmp/x', format 'csv');
COMMENT ON COLUMN "My Table".b IS 'another';
CREATE FOREIGN TABLE other (a integer) SERVER files OPTIONS (filename '/tmp/x');
CREATE VIEW v AS SELECT a FROM "My Table";
