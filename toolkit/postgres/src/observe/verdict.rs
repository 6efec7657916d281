//! What was seen. No I/O here.

use std::fmt;

use super::StatementKind;
use crate::catalog::QualifiedName;

/// Which code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The code that runs before the change.
    Old,
    /// The code that is made for the schema after it.
    New,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Old => "old",
            Self::New => "new",
        })
    }
}

/// What ends a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Other code, or another step.
    None,
    /// New connections: what a connection keeps prepared fails, the same statement prepared anew does
    /// not. <https://www.postgresql.org/docs/current/sql-prepare.html#SQL-PREPARE-NOTES>
    NewConnections,
}

/// A statement that fails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The table.
    pub table: QualifiedName,
    /// The statement.
    pub statement: StatementKind,
    /// PostgreSQL's code; none where the code could not read what it got.
    pub state: Option<String>,
    /// Why.
    pub message: String,
    /// What ends it.
    pub remedy: Remedy,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            table,
            statement,
            state,
            message,
            remedy: _,
        } = self;
        write!(f, "{statement} of {table}: {message}")?;
        match state {
            Some(state) => write!(f, " ({state})"),
            None => Ok(()),
        }
    }
}

/// How code fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every statement works.
    Works,
    /// What connections keep prepared fails until they are closed.
    NewConnections,
    /// A statement fails.
    Fails,
}

impl Verdict {
    /// The verdict on code with these failures.
    pub fn of(failures: &[Failure]) -> Self {
        let verdicts = failures.iter().map(|failure| match failure.remedy {
            Remedy::None => Self::Fails,
            Remedy::NewConnections => Self::NewConnections,
        });
        verdicts.max().unwrap_or(Self::Works)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Works => "works",
            Self::NewConnections => "needs new connections",
            Self::Fails => "fails",
        })
    }
}

/// What was seen after one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// After what.
    pub after: String,
    /// What fails of the code before the change.
    pub old: Vec<Failure>,
    /// What fails of the code after it.
    pub new: Vec<Failure>,
}

impl Look {
    /// How one version fares.
    pub fn verdict(&self, version: Version) -> Verdict {
        Verdict::of(self.failures(version))
    }

    /// What fails of one version.
    pub fn failures(&self, version: Version) -> &[Failure] {
        match version {
            Version::Old => &self.old,
            Version::New => &self.new,
        }
    }
}

/// A statement that is not judged: it fails without the change, too, over the values that were tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untried {
    /// Whose it is.
    pub version: Version,
    /// The table.
    pub table: QualifiedName,
    /// The statement; none for all of the table.
    pub statement: Option<StatementKind>,
    /// Why.
    pub reason: String,
}

/// What was seen from the first step to the last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observation {
    /// Before the first step, and after each.
    pub looks: Vec<Look>,
    /// What is not judged.
    pub untried: Vec<Untried>,
}
