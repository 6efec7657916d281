//! What the schema `shop` holds beside what its entities say.

use toolkit_runtime::Declarations;

#[allow(clippy::too_many_lines, reason = "a call for each object")]
pub(crate) fn declare(declared: &mut Declarations) {
    declared.partition_by("events", "RANGE (at)");
    declared.sql("type unused", "CREATE TYPE unused AS ENUM ('a')");
    declared.domain("positive", "integer CONSTRAINT above CHECK ((VALUE > 0))");
    declared.sql("sequence lonely", "CREATE SEQUENCE lonely");
    declared.sql("sequence numbers", "CREATE SEQUENCE numbers START WITH 100");
    declared.sql(
        "table child",
        "CREATE TABLE child (
            age integer,
            CONSTRAINT child_pkey PRIMARY KEY (id)
        ) INHERITS (parent)",
    );
    declared.partition(
        "events",
        "events_2026",
        "FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')",
    );
    declared.partition("events", "events_rest", "DEFAULT");
    declared.sql("table cache", "ALTER TABLE cache SET UNLOGGED");
    declared.sql("table things", "ALTER TABLE things SET (fillfactor=80)");
    declared.sql(
        "table things",
        "ALTER TABLE things ALTER COLUMN size SET (n_distinct=5)",
    );
    declared.sql(
        "table things",
        "ALTER TABLE things ALTER COLUMN body SET STORAGE EXTERNAL",
    );
    declared.sql(
        "table things",
        "ALTER TABLE things ALTER COLUMN body SET STATISTICS 500",
    );
    declared.sql(
        "constraint sized of things",
        "ALTER TABLE things
            ADD CONSTRAINT sized CHECK (((size)::integer < 100) OR (body IS NOT NULL)) NO INHERIT",
    );
    declared.sql(
        "constraint things_during_excl of things",
        "ALTER TABLE things ADD CONSTRAINT things_during_excl EXCLUDE USING gist (during WITH &&)",
    );
    declared.index_sql(
        "CREATE INDEX things_by_body
            ON things (lower(body) text_pattern_ops) WHERE (size IS NOT NULL)",
    );
    declared.sql("table cache", "ALTER TABLE cache REPLICA IDENTITY FULL");
    declared.function(
        "next_number()",
        "RETURNS bigint
 LANGUAGE sql
AS $function$ SELECT nextval('numbers') $function$",
    );
    declared.procedure(
        "forget(IN before timestamp with time zone)",
        "LANGUAGE sql
AS $procedure$ DELETE FROM events WHERE at < before $procedure$",
    );
    declared.aggregate("product(numeric)", "(SFUNC = numeric_mul, STYPE = numeric)");
    declared.sql(
        "view with_options",
        "CREATE VIEW with_options WITH (security_barrier='true') AS
         SELECT things.id
           FROM things",
    );
    declared.materialized_view_sql(
        "sizes",
        "SELECT things.size,
            count(*) AS n
           FROM things
          GROUP BY things.size",
    );
    declared.index_sql("CREATE UNIQUE INDEX sizes_by_size ON sizes (size)");
    declared.sql(
        "statistics things_stats",
        "CREATE STATISTICS things_stats (dependencies) ON number, size FROM things",
    );
    declared.sql(
        "rule cache.keep",
        "CREATE RULE keep AS
            ON DELETE TO cache DO INSTEAD NOTHING",
    );
    declared.policy(
        "things",
        "small",
        "FOR SELECT TO PUBLIC USING (((size)::integer < 10))",
    );
    declared.row_level_security("things");
    declared.comment("TYPE unused", "Nobody has it.");
    declared.comment("TYPE positive", "Above 0.");
    declared.comment("CONSTRAINT sized ON things", "Large ones are explained.");
    declared.comment("INDEX things_by_body", "For the search.");
}
