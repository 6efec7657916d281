CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'd', host 'h');
CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'b')) SERVER far OPTIONS (schema_name 's', table_name 't');
CREATE TABLE t (a int, b int);
