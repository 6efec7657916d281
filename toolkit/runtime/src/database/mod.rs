//! Talking to PostgreSQL: connecting, quoting, and putting its errors into words.

mod connection;
mod failure;
mod quote;
mod statements;

pub use connection::{ConnectError, Connection};
pub use failure::{DatabaseError, SqlState};
pub(crate) use quote::{identifier, literal};
pub use statements::sent_statements;
pub(crate) use statements::{last_statement, note_values};
