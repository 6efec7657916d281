//! A plan as a page: what each statement does to those who use the database, and what changes in the diagram.

use serde::Serialize;

use super::{DRAW_JS, LAYOUT_JS, Page};
use crate::change::Changes;

/// What is planned for some services.
#[derive(Debug, Serialize)]
pub struct Plan {
    /// The services.
    pub services: Vec<PlannedService>,
    /// What changes, of all of them.
    pub changes: Changes,
}

/// What is planned for a service.
#[derive(Debug, Serialize)]
pub struct PlannedService {
    /// The service.
    pub service: String,
    /// Its schema.
    pub schema: String,
    /// Its pending migrations in order.
    pub migrations: Vec<PlannedMigration>,
}

/// A pending migration.
#[derive(Debug, Serialize)]
pub struct PlannedMigration {
    /// Its name.
    pub name: String,
    /// Whether it waits until no old code runs.
    pub after_rollout: bool,
    /// Whether it is one transaction.
    pub in_transaction: bool,
    /// What it does.
    pub statements: Vec<PlannedStatement>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// A statement.
#[derive(Debug, Serialize)]
pub struct PlannedStatement {
    /// Its SQL.
    pub sql: String,
    /// The tables that it touches.
    pub tables: Vec<TouchedTable>,
}

/// What a statement does to a table.
#[derive(Debug, Serialize)]
pub struct TouchedTable {
    /// The table with its schema.
    pub table: String,
    /// The strongest lock that is held while it runs.
    pub lock: Option<&'static str>,
    /// Who is stopped by that.
    pub stops: Stops,
    /// The same in words.
    pub told: Option<&'static str>,
    /// What is done with all of its rows.
    pub work: Option<&'static str>,
    /// How many rows it has.
    pub rows: Option<i64>,
    /// Its size, for a person.
    pub size: Option<String>,
    /// How long the work takes, about.
    pub seconds: Option<f64>,
}

/// Who is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    /// Nobody who reads or writes rows.
    Nobody,
    /// Those who write.
    Writes,
    /// Everybody.
    Everything,
}

/// What a person should know of a migration.
#[derive(Debug, Serialize)]
pub struct Note {
    /// Whether it was not accepted.
    pub is_open: bool,
    /// What it is.
    pub text: String,
}

/// The page that shows `plan`.
pub fn plan(plan: &Plan) -> String {
    Page {
        title: "Plan",
        css: include_str!("plan.css"),
        body: include_str!("plan.html"),
        has_diagram: true,
        scripts: &[LAYOUT_JS, DRAW_JS, include_str!("plan.js")],
    }
    .with(plan)
}
