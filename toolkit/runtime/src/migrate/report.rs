//! What a run did. No I/O here.

use std::time::Duration;

use serde::Serialize;

/// Which way a migration ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It was applied.
    Up,
    /// It was rolled back.
    Down,
}

impl Direction {
    /// The word that the ledger and JSON have for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        [Self::Up, Self::Down]
            .into_iter()
            .find(|direction| direction.word() == word)
    }
}

/// One migration that ran to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The migration's name.
    pub name: String,
    /// Which way it ran.
    pub direction: Direction,
    /// How long it took, commit included.
    pub duration: Duration,
}

/// What a run did for one service. Filled as it goes on, so that it is true after a failure too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whether the schema was created by this run.
    pub schema_created: bool,
    /// How many objects were dropped to empty the schema; nothing if it was not emptied.
    pub dropped: Option<usize>,
    /// Whether the tables that record migrations were dropped.
    pub books_dropped: bool,
    /// The migrations that ran, in order.
    pub migrations: Vec<Done>,
    /// The migrations that are not applied because they are for after the rollout, in order.
    pub after_rollout: Vec<String>,
}

impl Report {
    /// Whether the run changed nothing.
    pub fn is_idle(&self) -> bool {
        let Self {
            schema_created,
            dropped,
            books_dropped,
            migrations,
            after_rollout: _,
        } = self;
        !schema_created && dropped.is_none() && !books_dropped && migrations.is_empty()
    }

    /// The names that ran in `direction`, in order.
    pub fn names(&self, direction: Direction) -> Vec<String> {
        self.migrations
            .iter()
            .filter(|done| done.direction == direction)
            .map(|done| done.name.clone())
            .collect()
    }
}
