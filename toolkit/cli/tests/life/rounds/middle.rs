//! Keys, values, comments and types change; what was optional is demanded.

use super::{MEMORY, OBSERVABILITY, PLANNING, USER};
use crate::step::Step;

pub fn third() -> Vec<Step> {
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

pub fn fourth() -> Vec<Step> {
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
