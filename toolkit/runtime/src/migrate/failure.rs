//! A migration that failed, in words. No I/O here.

use std::fmt;

use super::Direction;
use crate::DatabaseError;

/// What a failed migration left in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing: it was rolled back.
    Nothing,
    /// What it did before it failed: it ran without a transaction.
    Something,
    /// All or nothing: the connection was lost while it was committed.
    Unknown,
}

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
    /// What is left of it in the database.
    pub left: Left,
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
    /// The whole of what failed in one text, as the ledger keeps it.
    pub(crate) fn told(&self) -> String {
        match &self.statement {
            Some(statement) => format!("{}\nstatement: {statement}", self.source),
            None => self.source.to_string(),
        }
    }

    /// What is left in the database, what was done besides, and what the user can do about it.
    pub fn hint(&self) -> String {
        let (verb, again) = match self.direction {
            Direction::Up => ("applied", "up"),
            Direction::Down => ("rolled back", "down"),
        };
        let left = match self.left {
            Left::Nothing => "nothing of this run of the migration is left in the database",
            Left::Something => {
                "what the migration did before the statement stays, for it runs without a \
                 transaction or ended its own, and it is recorded as unfinished"
            }
            Left::Unknown => {
                "the connection was lost during COMMIT, so all of it is applied or nothing is"
            }
        };
        let mut lines = vec![left.to_owned()];
        if !self.done.is_empty() {
            lines.push(format!(
                "{verb} before it, and kept: {}",
                self.done.join(", ")
            ));
        }
        if !self.not_done.is_empty() {
            lines.push(format!("not {verb}: {}", self.not_done.join(", ")));
        }
        lines.push(match (self.source.hint(), self.left) {
            (_, Left::Something) => format!(
                "look at what is there; then `toolkit resolve -s {} {} --retry`, if it can run again as \
                 it is, --rolled-back, if you undid it by hand, or --applied, if you finished it by hand",
                self.service, self.migration
            ),
            (Some(hint), _) => hint,
            (None, Left::Unknown) => "`status` tells which; then run the command again".to_owned(),
            (None, Left::Nothing) if self.source.is_disconnect() => {
                "run the command again when the server is back".to_owned()
            }
            (None, Left::Nothing) => {
                format!("correct the migration, then run `{again}` again")
            }
        });
        lines.join("\n      ")
    }
}
