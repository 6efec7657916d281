//! Views, functions, triggers, policies, domains, partitions and privileges change.

use super::{MEMORY, OBSERVABILITY, PLANNING, USER};
use crate::step::Step;

pub fn eighth() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "change the query of a view")
            .source(
                "declared",
                "[\"id\", \"agent_id\", \"title\", \"goal\", \"created_at\"]",
                "[\"id\", \"title\", \"goal\", \"updated_at\"]",
            )
            .source(
                "declared",
                "\"'active'::plan_status\"",
                "\"'draft'::plan_status\"",
            )
            .says("VIEW active_plans")
            .after_up(
                "SELECT title, updated_at IS NULL FROM planning.active_plans",
                "Trip|f",
            )
            .after_down("SELECT agent_id FROM planning.active_plans", ""),
        Step::new(MEMORY, "change the body of a function that a check uses")
            .source("declared", "tag = btrim(tag)", "tag = lower(btrim(tag))")
            .says("CREATE OR REPLACE FUNCTION are_tidy(tags text[])")
            .after_up("SELECT memory.are_tidy('{Tea}')", "f")
            .after_down("SELECT memory.are_tidy('{Tea}')", "t"),
        Step::new(USER, "change two policies")
            .source(
                "declared",
                "\"USING (organization_id = current_organization())\"",
                "\"USING (organization_id = current_organization() OR user_name() = 'all')\"",
            )
            .source(
                "declared",
                "        // The service says for which organization it works:\n",
                "        .function(\n            \"user_name()\",\n            \
                 \"RETURNS text LANGUAGE sql STABLE RETURN current_user\",\n        )\n        \
                 // The service says for which organization it works:\n",
            )
            .says("POLICY own_organization ON memberships")
            .says("POLICY own_organization ON users")
            .after_up(POLICIES, "2")
            .after_down(POLICIES, "0"),
        Step::new(OBSERVABILITY, "add a partition")
            .source(
                "declared",
                "        [\"log_events_2026_12\", \"2026-12-01\", \"2027-01-01\"],\n",
                "        [\"log_events_2026_12\", \"2026-12-01\", \"2027-01-01\"],\n        \
                 [\"log_events_2027_01\", \"2027-01-01\", \"2027-02-01\"],\n",
            )
            .seed(
                "INSERT INTO observability.log_events (service, message, logged_at)
                 VALUES ('planner', 'early', '2027-01-15')",
            )
            .obstacle(
                "default partition \"log_events_other\" would be violated",
                "DELETE FROM observability.log_events WHERE message = 'early'",
            )
            .says("log_events_2027_01")
            .after_up(
                "INSERT INTO observability.log_events (service, message, logged_at)
                 VALUES ('planner', 'late', '2027-01-15') RETURNING tableoid::regclass;
                 DELETE FROM observability.log_events WHERE message = 'late'",
                "observability.log_events_2027_01",
            )
            .always("SELECT count(*) FROM observability.log_events", "2"),
    ]
}

const POLICIES: &str = "SELECT count(*) FROM pg_policies
     WHERE schemaname = 'user_service' AND qual LIKE '%user_name()%'";

pub fn ninth() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "change the type of a column under a view")
            .entity(
                "planning/plan",
                "    #[sea_orm(column_type = \"String(StringLen::N(200))\")]\n",
                "    #[sea_orm(column_type = \"Text\")]\n",
            )
            .says("ALTER TABLE plans ALTER COLUMN title TYPE text")
            .always("SELECT title FROM planning.plans", "Trip")
            .after_up("SELECT pg_typeof(title) FROM planning.active_plans", "text"),
        Step::new(MEMORY, "change a view in its file")
            .file(
                "sql/conversation_lengths.sql",
                "    max(messages.created_at) AS last_message_at\n",
                "    max(messages.created_at) AS last_message_at,\n    \
                 max(messages.position) AS last_position\n",
            )
            .file(
                "sql/conversation_lengths.sql",
                "'Messages and tokens of each conversation'",
                "'How long each conversation is'",
            )
            .says("VIEW conversation_lengths")
            .says("COMMENT ON VIEW conversation_lengths IS 'How long each conversation is'")
            .after_up(
                "SELECT messages, tokens, last_position FROM memory.conversation_lengths ORDER BY id",
                "2|3|1\n0|0|",
            )
            .after_down(
                "SELECT messages, tokens FROM memory.conversation_lengths ORDER BY id",
                "2|3\n0|0",
            ),
        Step::new(USER, "change the check of a domain")
            .source("declared", "^[^@[:space:]]+@[^@[:space:]]+$", "^[^@]+@[^@]+[.]example$")
            .seed("UPDATE user_service.users SET email = 'ann@acme.org'")
            .obstacle(
                "email_address",
                "UPDATE user_service.users SET email = 'ann@acme.example'",
            )
            .says("DOMAIN email_address")
            .always("SELECT email FROM user_service.users", "ann@acme.example"),
        Step::new(OBSERVABILITY, "add a trigger and its function")
            .source(
                "declared",
                "        .partition_by(\"log_events\"",
                "        .function(\n            \"touch()\",\n            \
                 \"RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := 'epoch'; \
                 RETURN NEW; END $$\",\n        )\n        .trigger(\n            \"alerts\",\n            \
                 \"alerts_touch\",\n            \"BEFORE UPDATE\",\n            \
                 \"FOR EACH ROW EXECUTE FUNCTION touch()\",\n        )\n        \
                 .partition_by(\"log_events\"",
            )
            .says("FUNCTION touch()")
            .says("TRIGGER alerts_touch")
            .after_up(TOUCHED, "1970")
            .after_down(TOUCHED, "2000"),
    ]
}

const TOUCHED: &str = "UPDATE observability.alerts SET updated_at = '2000-01-01'
     RETURNING extract(year FROM updated_at AT TIME ZONE 'UTC')";

pub fn tenth() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "change a materialized view that has an index")
            .source(
                "declared",
                "\"SELECT plan_id, count(*) AS tasks,",
                "\"SELECT plan_id, count(*) AS tasks, min(title) AS first,",
            )
            .says("MATERIALIZED VIEW plan_progress")
            .says("INDEX plan_progress_by_plan")
            .after_up(
                "SELECT tasks, first, done FROM planning.plan_progress",
                "2|Book|0",
            )
            .after_down("SELECT tasks, done FROM planning.plan_progress", "2|0"),
        Step::new(MEMORY, "drop a view that is no longer declared")
            .source(
                "declared",
                "\n        .file(\n            \"conversation_lengths.sql\",\n            \
                 include_str!(\"../sql/conversation_lengths.sql\"),\n        )",
                "",
            )
            .options(&["--drop", "conversation_lengths"])
            .says("DROP VIEW conversation_lengths")
            .after_up(LENGTHS, "t")
            .after_down(LENGTHS, "f"),
        Step::new(USER, "grant to a role")
            .source(
                "declared",
                "    for table in [\"users\", \"memberships\"] {\n",
                "    declared.grant(\"SELECT, UPDATE (name)\", \"organizations\", \"life_reader\");\n    \
                 for table in [\"users\", \"memberships\"] {\n",
            )
            .says("GRANT SELECT ON TABLE organizations TO life_reader")
            .says("GRANT UPDATE (name) ON TABLE organizations TO life_reader")
            .after_up(READABLE, "t|t|f")
            .after_down(READABLE, "f|f|f"),
        Step::new(OBSERVABILITY, "change when a trigger fires")
            .source(
                "declared",
                "\"FOR EACH ROW EXECUTE FUNCTION touch()\"",
                "\"FOR EACH ROW WHEN (NEW.enabled) EXECUTE FUNCTION touch()\"",
            )
            .says("TRIGGER alerts_touch")
            .seed("UPDATE observability.alerts SET enabled = false")
            .after_up(TOUCHED, "2000")
            .after_down(TOUCHED, "1970"),
    ]
}

const LENGTHS: &str = "SELECT to_regclass('memory.conversation_lengths') IS NULL";

const READABLE: &str = "SELECT
     has_table_privilege('life_reader', 'user_service.organizations', 'SELECT'),
     has_column_privilege('life_reader', 'user_service.organizations', 'name', 'UPDATE'),
     has_column_privilege('life_reader', 'user_service.organizations', 'slug', 'UPDATE')";

pub fn eleventh() -> Vec<Step> {
    vec![
        Step::new(MEMORY, "drop a function and the check that uses it")
            .source(
                "declared",
                "\n        .function(\n            \"are_tidy(tags text[])\",\n            \
                 \"RETURNS boolean LANGUAGE sql IMMUTABLE AS $$\n                 \
                 SELECT coalesce(bool_and(tag <> '' AND tag = lower(btrim(tag))), true)\n                 \
                 FROM unnest(tags) AS tag\n             $$\",\n        )\n        \
                 .check(\"memories\", \"memories_tags_tidy\", \"are_tidy(tags)\")",
                "",
            )
            .options(&["--drop", "memories_tags_tidy", "--drop", "are_tidy(text[])"])
            .says("DROP CONSTRAINT memories_tags_tidy")
            .says("DROP FUNCTION are_tidy(")
            .after_up("SELECT to_regproc('memory.are_tidy') IS NULL", "t")
            .after_down("SELECT memory.are_tidy('{Tea}')", "f"),
        Step::new(USER, "take a privilege back")
            .source("declared", "\"SELECT, UPDATE (name)\"", "\"SELECT\"")
            .says("REVOKE UPDATE (name) ON TABLE organizations FROM life_reader")
            .after_up(READABLE, "t|f|f")
            .after_down(READABLE, "t|t|f"),
        Step::new(OBSERVABILITY, "drop a partition that is no longer declared")
            .source(
                "declared",
                "        [\"log_events_2026_09\", \"2026-09-01\", \"2026-10-01\"],\n",
                "",
            )
            .options(&["--drop", "log_events_2026_09"])
            .says("DROP TABLE log_events_2026_09")
            .seed(
                "INSERT INTO observability.log_events (service, message, logged_at)
                 VALUES ('planner', 'old', '2026-09-15')",
            )
            .always("SELECT count(*) FROM observability.log_events", "2"),
    ]
}
