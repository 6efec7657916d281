CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored);
CREATE PUBLICATION q WITH (publish_generated_columns = stored);
