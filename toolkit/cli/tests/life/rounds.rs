//! The steps of the life. Those of a round belong to different services and share two builds.

use crate::step::Step;

/// All rounds in order.
pub fn all() -> Vec<Vec<Step>> {
    vec![first(), second(), third(), fourth(), fifth(), sixth()]
}

const PLANNING: &str = "planning_agent";
const MEMORY: &str = "memory_agent";
const USER: &str = "user_service";
const OBSERVABILITY: &str = "observability_service";

fn first() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "add a nullable column")
            .entity(
                "planning/plan",
                "    pub goal: String,\n",
                "    pub goal: String,\n    /// What else there is to say.\n    \
                 #[sea_orm(column_type = \"Text\")]\n    pub notes: Option<String>,\n",
            )
            .says("ADD COLUMN notes text")
            .after_up("SELECT title, notes IS NULL FROM planning.plans", "Trip|t"),
        Step::new(MEMORY, "add an enum value in the middle")
            .entity(
                "memory/message",
                "    /// The user.\n    #[sea_orm(string_value = \"user\")]\n",
                "    /// Whoever made the agent.\n    #[sea_orm(string_value = \"developer\")]\n    \
                 Developer,\n    /// The user.\n    #[sea_orm(string_value = \"user\")]\n",
            )
            .says("ADD VALUE 'developer' AFTER 'system'")
            .always(
                "SELECT string_agg(role::text, ',' ORDER BY role) FROM memory.messages",
                "system,user",
            ),
        Step::new(USER, "rename a column")
            .entity(
                "user_service/user",
                "    pub display_name: String,\n",
                "    #[sea_orm(renamed_from = \"display_name\")]\n    pub full_name: String,\n",
            )
            .says("RENAME COLUMN display_name TO full_name")
            .after_up("SELECT full_name FROM user_service.users", "Ann")
            .after_down("SELECT display_name FROM user_service.users", "Ann"),
        Step::new(OBSERVABILITY, "change defaults")
            .entity(
                "observability/alert",
                "#[sea_orm(default_value = 300)]",
                "#[sea_orm(default_value = 600)]",
            )
            .entity(
                "observability/alert",
                "    #[sea_orm(default_value = \"warning\")]\n",
                "    #[sea_orm(default_value = \"error\")]\n",
            )
            .entity(
                "observability/alert",
                "    #[sea_orm(default_value = true)]\n",
                "",
            )
            .says("ALTER COLUMN window_seconds SET DEFAULT 600")
            .says("ALTER COLUMN enabled DROP DEFAULT")
            .always(
                "SELECT window_seconds, level, enabled FROM observability.alerts",
                "300|warning|t",
            ),
    ]
}

fn second() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "add a column that is not null")
            .entity(
                "planning/task",
                "    /// How often it was tried.\n",
                "    /// How many hours it takes.\n    #[sea_orm(default_value = 8)]\n    \
                 pub effort: i16,\n    /// How often it was tried.\n",
            )
            .says("ADD COLUMN effort smallint DEFAULT 8 NOT NULL")
            .after_up(
                "SELECT title, effort FROM planning.tasks ORDER BY 1",
                "Book|8\nPack|8",
            ),
        Step::new(MEMORY, "make an integer a bigint")
            .entity(
                "memory/message",
                "pub token_count: Option<i32>",
                "pub token_count: Option<i64>",
            )
            .says("ALTER COLUMN token_count TYPE bigint")
            .always("SELECT sum(token_count) FROM memory.messages", "3"),
        Step::new(USER, "lengthen one string and shorten another")
            .entity(
                "user_service/organization",
                "#[sea_orm(unique, column_type = \"String(StringLen::N(63))\")]",
                "#[sea_orm(unique, column_type = \"String(StringLen::N(100))\")]",
            )
            .entity(
                "user_service/organization",
                "#[sea_orm(column_type = \"String(StringLen::N(120))\")]",
                "#[sea_orm(column_type = \"String(StringLen::N(5))\")]",
            )
            .seed("UPDATE user_service.organizations SET name = 'Ad Acme' WHERE slug = 'acme-too'")
            .obstacle(
                "value too long",
                "UPDATE user_service.organizations SET name = 'Acme'",
            )
            .always(
                "SELECT DISTINCT name FROM user_service.organizations",
                "Acme",
            ),
        dashboards(),
    ]
}

/// Two new tables that refer to each other; one of them is forgotten at first.
fn dashboards() -> Step {
    Step::new(OBSERVABILITY, "add two tables that refer to each other")
        .new_entity("observability/dashboard", include_str!("new/dashboard.txt"))
        .new_entity("observability/panel", include_str!("new/panel.txt"))
        .entity(
            "observability/mod",
            "pub mod alert;\n",
            "pub mod alert;\npub mod dashboard;\n",
        )
        .entity(
            "observability/mod",
            "pub mod metric;\n",
            "pub mod metric;\npub mod panel;\n",
        )
        .source(
            "lib",
            "use entity::observability::{alert, log_event,",
            "use entity::observability::{alert, dashboard, log_event,",
        )
        .source(
            "lib",
            "                alert::Entity\n",
            "                alert::Entity,\n                dashboard::Entity\n",
        )
        .refused(
            "entity::observability::panel",
            "                dashboard::Entity\n",
            "                dashboard::Entity,\n                \
             entity::observability::panel::Entity\n",
        )
        .says("CREATE TABLE dashboards")
        .says("CREATE TABLE panels")
        .says("CREATE TYPE panel_kind AS ENUM ('line', 'bar')")
        .after_up(
            "WITH dashboard AS (
                 INSERT INTO observability.dashboards (name) VALUES ('All' || random())
                 RETURNING id
             ), panel AS (
                 INSERT INTO observability.panels (dashboard_id, kind)
                 SELECT id, 'bar' FROM dashboard RETURNING kind
             ) SELECT kind FROM panel",
            "bar",
        )
        .after_down(
            "SELECT to_regclass('observability.panels') IS NULL,
                    to_regtype('observability.panel_kind') IS NULL",
            "t|t",
        )
}

fn third() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "add a column to a composite primary key")
            .entity(
                "planning/task_dependency",
                "    pub depends_on_task_id: Uuid,\n",
                "    pub depends_on_task_id: Uuid,\n    /// Whether it waits for its end or its \
                 start.\n    #[sea_orm(primary_key, default_value = \"end\")]\n    \
                 pub moment: String,\n",
            )
            .says("PRIMARY KEY (task_id, depends_on_task_id, moment)")
            .after_up("SELECT count(*), max(moment) FROM planning.task_dependencies", "1|end")
            .after_down("SELECT count(*) FROM planning.task_dependencies", "1"),
        Step::new(MEMORY, "remove an enum value")
            .entity(
                "memory/memory_link",
                "    /// The source takes the target's place.\n    \
                 #[sea_orm(string_value = \"supersedes\")]\n    Supersedes,\n",
                "",
            )
            .obstacle(
                "invalid input value for enum",
                "DELETE FROM memory.memory_links WHERE kind = 'supersedes'",
            )
            .always("SELECT kind FROM memory.memory_links", "related"),
        Step::new(USER, "rename an enum value")
            .entity(
                "user_service/membership",
                "    #[sea_orm(string_value = \"viewer\")]\n    Viewer,\n",
                "    #[sea_orm(string_value = \"reader\")]\n    Reader,\n",
            )
            .options(&["--rename", "membership_role.viewer=reader"])
            .says("RENAME VALUE 'viewer' TO 'reader'")
            .after_up("SELECT role FROM user_service.memberships", "reader")
            .after_down("SELECT role FROM user_service.memberships", "viewer"),
        Step::new(OBSERVABILITY, "comment on a table and a column")
            .entity(
                "observability/trace",
                "#[sea_orm(schema_name = \"observability\", table_name = \"traces\")]",
                "#[sea_orm(\n    schema_name = \"observability\",\n    table_name = \"traces\",\n    \
                 comment = \"One request; it's \\\"the\\\" trace\"\n)]",
            )
            .entity(
                "observability/trace",
                "    pub duration_us: Option<i64>,\n",
                "    #[sea_orm(comment = \"in µs\")]\n    pub duration_us: Option<i64>,\n",
            )
            .says("COMMENT ON TABLE traces IS 'One request; it''s \"the\" trace'")
            .says("COMMENT ON COLUMN traces.duration_us IS 'in µs'"),
    ]
}

fn fourth() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "make text jsonb")
            .entity(
                "planning/plan_revision",
                "    #[sea_orm(column_type = \"Text\")]\n    pub reason: Option<String>,\n",
                "    #[sea_orm(column_type = \"JsonBinary\")]\n    pub reason: Option<Json>,\n",
            )
            .says("ALTER COLUMN reason TYPE jsonb USING reason::jsonb")
            .seed(
                "INSERT INTO planning.plan_revisions (plan_id, revision, author_id, reason, document)
                 VALUES (id(1), 2, id(9), 'just so', '{}')",
            )
            .obstacle(
                "invalid input syntax for type json",
                "UPDATE planning.plan_revisions SET reason = NULL WHERE revision = 2",
            )
            .always(
                "SELECT reason FROM planning.plan_revisions ORDER BY revision",
                "{\"why\": \"rain\"}",
            ),
        Step::new(MEMORY, "demand one column and no longer another")
            .entity(
                "memory/conversation",
                "    pub title: Option<String>,\n",
                "    #[sea_orm(default_value = \"\")]\n    pub title: String,\n",
            )
            .entity(
                "memory/memory_item",
                "    pub content: String,\n",
                "    pub content: Option<String>,\n",
            )
            .says("ALTER TABLE conversations ALTER COLUMN title SET NOT NULL")
            .says("ALTER TABLE conversations ALTER COLUMN title SET DEFAULT ''")
            .says("ALTER TABLE memories ALTER COLUMN content DROP NOT NULL")
            .obstacle(
                "contains null values",
                "UPDATE memory.conversations SET title = 'Coffee' WHERE title IS NULL",
            )
            .always("SELECT title FROM memory.conversations ORDER BY id", "Coffee\nTea"),
        Step::new(USER, "make one column unique and no longer another")
            .entity(
                "user_service/organization",
                "    /// The organization's name.\n    #[sea_orm(column_type",
                "    /// The organization's name.\n    #[sea_orm(unique, column_type",
            )
            .entity(
                "user_service/session",
                "    #[sea_orm(unique)]\n    pub token_hash",
                "    pub token_hash",
            )
            .says("UNIQUE (name)")
            .obstacle(
                "could not create unique index",
                "UPDATE user_service.organizations SET name = 'Other' WHERE slug = 'acme-too'",
            )
            .always("SELECT name FROM user_service.organizations ORDER BY 1", "Acme\nOther"),
        Step::new(OBSERVABILITY, "change what deleting does")
            .entity(
                "observability/log_event",
                "on_delete = \"SetNull\"",
                "on_delete = \"Cascade\"",
            )
            .entity(
                "observability/span",
                "        to = \"id\",\n        on_delete = \"Cascade\"\n",
                "        to = \"id\",\n        on_update = \"Cascade\",\n        \
                 on_delete = \"SetNull\"\n",
            )
            .says("ON DELETE CASCADE")
            .says("ON UPDATE CASCADE ON DELETE SET NULL")
            .always("SELECT count(*) FROM observability.log_events", "2"),
    ]
}

fn fifth() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "change a declared partial index")
            .source(
                "declared",
                "WHERE status <> 'done'::task_status",
                "WHERE status NOT IN ('done', 'cancelled')",
            )
            .says("DROP INDEX tasks_open_by_due")
            .says("CREATE INDEX tasks_open_by_due ON tasks"),
        Step::new(MEMORY, "change a declared check")
            .source(
                "declared",
                "importance BETWEEN 0 AND 1",
                "importance BETWEEN 0 AND 0.75",
            )
            .seed("UPDATE memory.memories SET importance = 0.8")
            .obstacle(
                "memories_importance_range",
                "UPDATE memory.memories SET importance = 0.7",
            )
            .says("memories_importance_range"),
        Step::new(USER, "drop a check that is no longer declared")
            .source(
                "declared",
                "        .check(\n            \"organizations\",\n            \
                 \"organizations_credit_not_negative\",\n            \
                 \"credit_balance >= 0\",\n        )\n",
                "",
            )
            .options(&["--drop", "organizations_credit_not_negative"])
            .says("DROP CONSTRAINT organizations_credit_not_negative")
            .after_up(
                "UPDATE user_service.organizations SET credit_balance = -1 WHERE slug = 'acme';
                 UPDATE user_service.organizations SET credit_balance = 1 WHERE slug = 'acme'
                 RETURNING credit_balance",
                "1.00",
            ),
        Step::new(OBSERVABILITY, "drop columns")
            .entity(
                "observability/trace",
                "    /// The user who asked; a row of the user service.\n    \
                 pub user_id: Option<Uuid>,\n",
                "",
            )
            .entity(
                "observability/metric",
                "    /// What sets it apart from others of its name.\n    \
                 #[sea_orm(column_type = \"JsonBinary\", default_value = \"{}\")]\n    \
                 pub labels: Json,\n",
                "",
            )
            .says("ALTER TABLE traces DROP COLUMN user_id")
            .says("ALTER TABLE metrics DROP COLUMN labels")
            .after_up("SELECT name, unit FROM observability.metrics", "calls|ms")
            .after_down("SELECT name, labels FROM observability.metrics", "calls|{}"),
    ]
}

fn sixth() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "index a column and no longer another")
            .entity(
                "planning/plan_revision",
                "    pub author_id: Uuid,\n",
                "    #[sea_orm(indexed)]\n    pub author_id: Uuid,\n",
            )
            .entity(
                "planning/task",
                "    #[sea_orm(indexed, default_value = \"pending\")]\n",
                "    #[sea_orm(default_value = \"pending\")]\n",
            )
            .says("ON plan_revisions (author_id)")
            .says("DROP INDEX"),
        Step::new(MEMORY, "drop a table")
            .entity(
                "memory/memory_item",
                "    /// What this memory leads to.\n    \
                 #[sea_orm(has_many, relation_enum = \"OutgoingLinks\", via_rel = \"Source\")]\n    \
                 pub outgoing_links: HasMany<super::memory_link::Entity>,\n    \
                 /// What leads to this memory.\n    \
                 #[sea_orm(has_many, relation_enum = \"IncomingLinks\", via_rel = \"Target\")]\n    \
                 pub incoming_links: HasMany<super::memory_link::Entity>,\n",
                "",
            )
            .entity("memory/mod", "pub mod memory_link;\n", "")
            .source("lib", "memory_item, memory_link, message}", "memory_item, message}")
            .source(
                "lib",
                "                memory_item::Entity,\n                memory_link::Entity\n",
                "                memory_item::Entity\n",
            )
            .options(&["--drop", "memory_links"])
            .says("DROP TABLE memory_links")
            .says("DROP TYPE link_kind")
            .after_down("SELECT count(*) FROM memory.memory_links", "0"),
        Step::new(USER, "add a column of a new enum")
            .entity(
                "user_service/user",
                "/// A person with an account.\n",
                "/// How the pages look.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, \
                 DeriveActiveEnum, Serialize, Deserialize)]\n\
                 #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"theme\")]\n\
                 pub enum Theme {\n    /// Black on white.\n    \
                 #[sea_orm(string_value = \"light\")]\n    Light,\n    /// White on black.\n    \
                 #[sea_orm(string_value = \"dark\")]\n    Dark,\n}\n\n\
                 /// A person with an account.\n",
            )
            .entity(
                "user_service/user",
                "    /// When the account was made.\n",
                "    /// How the pages look.\n    #[sea_orm(default_value = \"dark\")]\n    \
                 pub theme: Theme,\n    /// When the account was made.\n",
            )
            .says("CREATE TYPE theme AS ENUM ('light', 'dark')")
            .after_up("SELECT theme FROM user_service.users", "dark"),
        Step::new(OBSERVABILITY, "replace a value of an enum that two tables share")
            .entity(
                "observability/severity",
                "    /// For those who look for a fault.\n    \
                 #[sea_orm(string_value = \"debug\")]\n    Debug,\n",
                "    /// Step by step.\n    #[sea_orm(string_value = \"trace\")]\n    Trace,\n",
            )
            .obstacle(
                "invalid input value for enum",
                "UPDATE observability.log_events SET level = 'info' WHERE level = 'debug'",
            )
            .always(
                "SELECT string_agg(level::text, ',' ORDER BY level) FROM observability.log_events",
                "info,error",
            )
            .always("SELECT level FROM observability.alerts", "warning"),
    ]
}
