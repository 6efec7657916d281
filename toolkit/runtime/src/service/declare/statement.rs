//! One declared object as a statement. No I/O here.

/// A statement that makes a declared object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// What it makes, for messages: `view active_plans`.
    pub what: String,
    /// The name of what it makes, as far as it is known: `active_plans`.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// The parts of the statement that the declaration has word for word, so that an error can be
    /// shown in them.
    pub written: Vec<String>,
    /// When it is made.
    pub stage: Stage,
}

/// When a declared object is made, unless it has to wait for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Types and functions, which columns may use.
    BeforeTables,
    /// Partitions, which get the indexes of their table.
    Partitions,
    /// Whatever belongs to tables.
    AfterTables,
}

impl Declared {
    /// An object of `kind` that is called `name`.
    pub(super) fn of(kind: &str, name: &str, sql: &str) -> Self {
        Self {
            what: format!("{kind} {name}"),
            name: name.to_owned(),
            ..Self::called(name, sql)
        }
    }

    /// An object of which nothing is known but what messages call it.
    pub(super) fn called(what: &str, sql: &str) -> Self {
        Self {
            what: what.to_owned(),
            name: String::new(),
            sql: sql.to_owned(),
            written: vec![sql.to_owned()],
            stage: Stage::AfterTables,
        }
    }

    /// Part of `table`, for messages.
    pub(super) fn on(self, table: &str) -> Self {
        Self {
            what: format!("{} of {table}", self.what),
            ..self
        }
    }

    /// The parts that are written by hand.
    pub(super) fn written<const N: usize>(self, parts: [&str; N]) -> Self {
        Self {
            written: parts.map(str::to_owned).to_vec(),
            ..self
        }
    }

    /// When it is made.
    pub(super) fn at(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }
}
