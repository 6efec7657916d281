//! Columns, defaults and values come, types change, and tables are added.

use super::{MEMORY, OBSERVABILITY, PLANNING, USER};
use crate::step::Step;

pub fn first() -> Vec<Step> {
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

pub fn second() -> Vec<Step> {
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
        .new_entity(
            "observability/dashboard",
            include_str!("../new/dashboard.txt"),
        )
        .new_entity("observability/panel", include_str!("../new/panel.txt"))
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
