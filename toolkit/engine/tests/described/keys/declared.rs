//! What the schema `shop` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared.sql(
        "table log",
        "CREATE TABLE log (
            at timestamp with time zone DEFAULT now() NOT NULL,
            line text,
            person integer,
            CONSTRAINT log_person_key UNIQUE (person)
        )",
    );
    declared.sql(
        "constraint wait of messages",
        "ALTER TABLE messages ADD CONSTRAINT wait UNIQUE (pair_b) DEFERRABLE",
    );
    declared.sql(
        "constraint tenants_region_slug_key of tenants",
        "ALTER TABLE tenants ADD CONSTRAINT tenants_region_slug_key UNIQUE (region, slug)",
    );
    declared.index_sql("CREATE UNIQUE INDEX both_ways ON messages (receiver, sender)");
    declared.index_sql("CREATE INDEX by_receiver ON messages (receiver) WITH (fillfactor=70)");
    declared.index_sql("CREATE INDEX descending ON messages (late DESC)");
    declared.index_sql("CREATE INDEX hashed ON messages USING hash (pair_a)");
    declared.index_sql("CREATE INDEX plain_too ON messages (unchecked)");
    declared.index_sql("CREATE UNIQUE INDEX three ON messages (tenant_id, sender, pair_a)");
    declared.index_sql("CREATE INDEX twins_a ON messages (sender)");
    declared.index_sql("CREATE INDEX twins_b ON messages (sender)");
    declared.index_sql("CREATE UNIQUE INDEX without_nulls ON messages (late) INCLUDE (receiver)");
    declared.sql(
        "constraint messages_late_fkey of messages",
        "ALTER TABLE messages
            ADD CONSTRAINT messages_late_fkey FOREIGN KEY (late) REFERENCES tenants (id)
            DEFERRABLE INITIALLY DEFERRED",
    );
    declared.sql(
        "constraint messages_pair_a_pair_b_fkey of messages",
        "ALTER TABLE messages
            ADD CONSTRAINT messages_pair_a_pair_b_fkey FOREIGN KEY (pair_a, pair_b) REFERENCES
            tenants (region, slug)",
    );
    declared.sql(
        "constraint messages_tenant_id_receiver_fkey of messages",
        "ALTER TABLE messages
            ADD CONSTRAINT messages_tenant_id_receiver_fkey FOREIGN KEY (tenant_id, receiver)
            REFERENCES people (tenant_id, number) MATCH FULL",
    );
    declared.sql(
        "constraint unchecked_tenant of messages",
        "ALTER TABLE messages
            ADD CONSTRAINT unchecked_tenant FOREIGN KEY (unchecked) REFERENCES tenants (id) NOT
            VALID",
    );
    declared.sql(
        "constraint refers_to_log_person_fkey of refers_to_log",
        "ALTER TABLE refers_to_log
            ADD CONSTRAINT refers_to_log_person_fkey FOREIGN KEY (person) REFERENCES log (person)",
    );
    declared.comment("TABLE log", "It has no primary key.");
}
