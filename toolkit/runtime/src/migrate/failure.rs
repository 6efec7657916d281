//! A migration that failed, in words. No I/O here.

use std::fmt;

use super::Direction;
use crate::DatabaseError;

/// A migration that failed, and what the run did besides.
#[derive(Debug)]
#[non_exhaustive]
pub struct MigrationFailure {
    /// The service.
    pub service: String,
    /// The migration.
    pub migration: String,
    /// Which way it ran.
    pub direction: Direction,
    /// The statement that it sent last.
    pub statement: Option<String>,
    /// Whether nothing of it is left in the database.
    pub rolled_back: bool,
    /// The migrations that ran before it in this run.
    pub done: Vec<String>,
    /// The migrations that were to run after it.
    pub not_done: Vec<String>,
    /// What the database or the migration said.
    pub source: DatabaseError,
}

impl fmt::Display for MigrationFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            service, migration, ..
        } = self;
        let what = match self.direction {
            Direction::Up => "failed",
            Direction::Down => "could not be rolled back",
        };
        write!(f, "migration {migration} of {service} {what}")?;
        if let Some(statement) = &self.statement {
            let indented = statement.lines().collect::<Vec<_>>().join("\n    ");
            write!(f, "\n  statement: {indented}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MigrationFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl MigrationFailure {
    /// What is left in the database, what was done besides, and what the user can do about it.
    pub fn hint(&self) -> String {
        let (verb, again) = match self.direction {
            Direction::Up => ("applied", "up"),
            Direction::Down => ("rolled back", "down"),
        };
        let mut lines = vec![if self.rolled_back {
            "nothing of this run of the migration is left in the database".to_owned()
        } else {
            "this migration runs without a transaction: what it did before the statement stays, \
             and it is not recorded; undo that by hand before you run it again"
                .to_owned()
        }];
        if !self.done.is_empty() {
            lines.push(format!(
                "{verb} before it, and kept: {}",
                self.done.join(", ")
            ));
        }
        if !self.not_done.is_empty() {
            lines.push(format!("not {verb}: {}", self.not_done.join(", ")));
        }
        lines.push(
            self.source
                .hint()
                .unwrap_or_else(|| format!("correct the migration, then run `{again}` again")),
        );
        lines.join("\n      ")
    }
}
