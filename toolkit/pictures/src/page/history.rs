//! Histories as a page: environments and services as lanes, what was applied when and by whom, what failed, what waits.

use serde::Serialize;

use super::Page;

/// What was done in some environments.
#[derive(Debug, Serialize)]
pub struct History {
    /// The environments in order.
    pub environments: Vec<Environment>,
}

/// A database, or one for each service.
#[derive(Debug, Serialize)]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// The services.
    pub services: Vec<Lane>,
}

/// What was done for a service in an environment.
#[derive(Debug, Serialize)]
pub struct Lane {
    /// The service.
    pub service: String,
    /// What was done, the newest first.
    pub runs: Vec<Run>,
    /// What is to be applied, in order.
    pub pending: Vec<String>,
    /// What waits until no old code runs, in order.
    pub after_rollout: Vec<String>,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// What was done with a migration.
#[derive(Debug, Serialize)]
pub struct Run {
    /// The migration.
    pub migration: String,
    /// What came of it.
    pub result: RunResult,
    /// The same in words.
    pub told: String,
    /// When it began: seconds since 1970-01-01 00:00 UTC.
    pub started_at: i64,
    /// How long it took.
    pub milliseconds: Option<i64>,
    /// Who did it, and where.
    pub by: String,
    /// What the database said when it failed.
    pub error: Option<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// It is applied since.
    Applied,
    /// It was rolled back.
    RolledBack,
    /// It was recorded without being run.
    Recorded,
    /// It failed, or did not end.
    Failed,
}

/// The page that shows `history`.
pub fn history(history: &History) -> String {
    Page {
        title: "History",
        css: include_str!("history.css"),
        body: include_str!("history.html"),
        has_diagram: false,
        scripts: &[include_str!("history.js")],
    }
    .with(history)
}
