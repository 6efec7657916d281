//! A migration that failed, in words. No I/O here.

use std::fmt;

use super::Direction;
use crate::{
    DatabaseError, LockHolder,
    database::{kept, shown, speaks_of_secrets, told_without},
    output::masked,
};

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

/// What a migration was at when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It ran.
    Migration,
    /// It ended its transaction itself, or left one open, and the service's definition does not say so.
    Ended,
    /// It had run, and was being recorded.
    Record,
    /// It was being committed.
    Commit,
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
    /// What it was at.
    pub phase: Phase,
    /// The statement that it sent last.
    pub statement: Option<String>,
    /// What is left of it in the database.
    pub left: Left,
    /// Whether it may be begun again as it is.
    pub resumable: bool,
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
        let what = match (self.phase, self.direction) {
            (Phase::Migration | Phase::Ended, Direction::Up) => "failed",
            (Phase::Migration | Phase::Ended, Direction::Down) => "could not be rolled back",
            (Phase::Record, _) => "ran, but could not be recorded",
            (Phase::Commit, _) => "could not be committed",
        };
        write!(f, "migration {migration} of {service} {what}")?;
        if let Some(statement) = &self.statement {
            let position = match self.phase {
                Phase::Migration => self.source.position(),
                Phase::Ended | Phase::Record | Phase::Commit => None,
            };
            let shown = shown(statement, position);
            let indented = shown.lines().collect::<Vec<_>>().join("\n    ");
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
    /// The whole of what failed in one text, as the ledger keeps it: the role of the service may read
    /// it, so it holds no value of a literal, neither of the migration's nor of another session's.
    pub(crate) fn told(&self) -> String {
        let mut told = self.source.message();
        match &self.statement {
            Some(statement) if speaks_of_secrets(statement) => {
                told = told_without(&told, statement);
            }
            Some(_) | None => {
                for (word, text) in self.source.details() {
                    told.push_str(&format!("\n  {word}: {}", masked(&text)));
                }
            }
        }
        for holder in self.source.holders() {
            let holder = LockHolder {
                statement: kept(&holder.statement),
                ..holder.clone()
            };
            told.push_str(&format!("\n  waited for: {holder}"));
        }
        if self.phase == Phase::Record {
            told = format!("it ran, but could not be recorded: {told}");
        }
        match &self.statement {
            Some(statement) => format!("{told}\nstatement: {}", kept(statement)),
            None => told,
        }
    }

    /// What is left in the database, what was done besides, and what the user can do about it.
    pub fn hint(&self) -> String {
        let verb = match self.direction {
            Direction::Up => "applied",
            Direction::Down => "rolled back",
        };
        let mut lines = vec![self.left().to_owned()];
        if !self.done.is_empty() {
            lines.push(format!(
                "{verb} before it, and kept: {}",
                self.done.join(", ")
            ));
        }
        if !self.not_done.is_empty() {
            lines.push(format!("not {verb}: {}", self.not_done.join(", ")));
        }
        lines.push(match self.left {
            Left::Nothing => self.again(),
            Left::Something if self.resumable => self.go_on(),
            Left::Something => self.resolve(),
            Left::Unknown => "`status` tells which; then run the command again".to_owned(),
        });
        lines.join("\n      ")
    }

    fn left(&self) -> &'static str {
        match (self.left, self.phase) {
            (Left::Nothing, _) => "nothing of this run of the migration is left in the database",
            (Left::Something, _) if self.resumable => {
                "what the migration did before stays, for it runs without a transaction"
            }
            (Left::Something, Phase::Record | Phase::Commit) => {
                "what the migration did stays, for it runs without a transaction or ends its own, and \
                 it is recorded as unfinished"
            }
            (Left::Something, Phase::Migration | Phase::Ended) => {
                "what the migration did before the statement stays, for it runs without a \
                 transaction or ended its own, and it is recorded as unfinished"
            }
            (Left::Unknown, _) => {
                "the connection was lost during COMMIT, so all of it is applied or nothing is"
            }
        }
    }

    /// How to go on from a migration that was rolled back.
    fn again(&self) -> String {
        let again = self.direction.word();
        if self.source.is_disconnect() {
            return "run the command again when the server is back".to_owned();
        }
        match (self.phase, self.source.hint()) {
            (Phase::Record, _) if !self.source.is_transient() => format!(
                "the tables that record migrations refused its row: look at their triggers, constraints \
                 and privileges, then run `{again}` again"
            ),
            (_, Some(hint)) => hint,
            (_, None) => format!("correct the migration, then run `{again}` again"),
        }
    }

    /// How to go on from a migration that may be begun again.
    fn go_on(&self) -> String {
        let again = self.direction.word();
        let first = if self.source.is_report() && !self.source.is_disconnect() {
            "correct what it failed on, then "
        } else {
            ""
        };
        format!(
            "it does no harm to begin it again, and what it did is not done again: {first}run `{again}` again"
        )
    }

    /// How to go on from a migration of which something is left.
    fn resolve(&self) -> String {
        let (service, migration) = (&self.service, &self.migration);
        let mut hint = format!(
            "look at what is there; then `toolkit resolve -s {service} {migration} --retry`, if it can \
             run again as it is, --rolled-back, if you undid it by hand, or --applied, if you finished \
             it by hand"
        );
        if self.phase == Phase::Ended {
            hint.push_str(&format!(
                "\n      a migration that ends or begins transactions itself is run, here and in every \
                 replay, once the service's definition says .ends_transaction({migration:?}); or replace \
                 it with `toolkit squash`"
            ));
        }
        hint
    }
}
