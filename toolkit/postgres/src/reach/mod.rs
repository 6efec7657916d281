//! What reaches beyond the database that it is sent to: roles, other databases, the server's settings
//! and files. Known from the statement where it says so; where it puts another one together while it
//! runs, its own transaction is asked before it ends. No I/O here.

mod judge;
mod kind;
mod statement;
pub mod words;

pub(crate) use judge::{Judge, Policy, Protocol, SEEN, Verdict};
pub(crate) use kind::Beyond;
pub use statement::reaches_beyond;

/// A statement that was not sent, or was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// What it would have changed.
    pub(crate) beyond: Beyond,
    /// The statement.
    pub(crate) statement: String,
}

#[cfg(test)]
mod tests;
