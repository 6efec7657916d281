CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h', dbname 'd');
CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'b')) SERVER far OPTIONS (table_name 't', schema_name 's');
CREATE TABLE t (a int);
