CREATE PUBLICATION p FOR TABLE s.a WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE PUBLICATION "New One" FOR TABLE b;
CREATE PUBLICATION every FOR TABLE s.a;
CREATE PUBLICATION empty;
ALTER PUBLICATION empty OWNER TO "Writer 1";
