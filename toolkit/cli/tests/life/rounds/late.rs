//! What is declared changes, and things go or get other names and keys.

use super::{MEMORY, OBSERVABILITY, PLANNING, USER};
use crate::step::Step;

pub fn fifth() -> Vec<Step> {
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

pub fn sixth() -> Vec<Step> {
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

pub fn seventh() -> Vec<Step> {
    vec![
        Step::new(PLANNING, "take a column out of a composite primary key")
            .entity(
                "planning/task_dependency",
                "#[sea_orm(primary_key, default_value = \"end\")]",
                "#[sea_orm(default_value = \"end\")]",
            )
            .says("PRIMARY KEY (task_id, depends_on_task_id)")
            .seed(
                "INSERT INTO planning.task_dependencies (task_id, depends_on_task_id, moment)
                 VALUES (id(3), id(2), 'start')",
            )
            .obstacle(
                "could not create unique index",
                "DELETE FROM planning.task_dependencies WHERE moment = 'start'",
            )
            .always("SELECT moment FROM planning.task_dependencies", "end"),
        Step::new(MEMORY, "rename a table")
            .entity(
                "memory/message",
                "table_name = \"messages\"",
                "table_name = \"utterances\"",
            )
            .file(
                "sql/conversation_lengths.sql",
                "LEFT JOIN messages ON",
                "LEFT JOIN utterances AS messages ON",
            )
            .options(&["--rename", "messages=utterances"])
            .says("ALTER TABLE messages RENAME TO utterances")
            .seed(
                "UPDATE memory.memories
                 SET source_message_id = (SELECT max(id) FROM memory.messages)",
            )
            .after_up(
                "SELECT utterances.content FROM memory.utterances
                 JOIN memory.memories ON source_message_id = utterances.id",
                "Hello\nHello",
            )
            .after_down(
                "SELECT content FROM memory.messages ORDER BY position",
                "Be kind\nHello",
            ),
        Step::new(USER, "give a table of a composite primary key a number")
            .entity(
                "user_service/membership",
                "    /// The organization.\n    #[sea_orm(primary_key)]\n    \
                 pub organization_id: Uuid,\n    /// The member.\n    \
                 #[sea_orm(primary_key, indexed)]\n",
                "    /// Identifies the membership.\n    #[sea_orm(primary_key)]\n    \
                 pub id: i64,\n    /// The organization.\n    \
                 #[sea_orm(unique_key = \"member\")]\n    \
                 pub organization_id: Uuid,\n    /// The member.\n    \
                 #[sea_orm(unique_key = \"member\", indexed)]\n",
            )
            .says("PRIMARY KEY (id)")
            .says("(organization_id, user_id)")
            .after_up(
                "SELECT id, user_id = id(3), role FROM user_service.memberships",
                "1|t|reader",
            )
            .after_down(
                "SELECT user_id = id(3), role FROM user_service.memberships",
                "t|reader",
            ),
        Step::new(OBSERVABILITY, "drop a column that must not be null")
            .entity(
                "observability/metric",
                "    /// How much.\n    pub value: f64,\n",
                "",
            )
            .says("ALTER TABLE metrics DROP COLUMN value")
            .after_up("SELECT name, unit FROM observability.metrics", "calls|ms")
            .by_hand(
                "contains null values",
                "        // TODO: metrics.value is new and has no default: fill it here",
                "        manager\n            .get_connection()\n            \
                 .execute_unprepared(\"UPDATE metrics SET value = 4.5\")\n            \
                 .await?;\n        // Filled:",
            )
            .after_down("SELECT name, value FROM observability.metrics", "calls|4.5"),
    ]
}
