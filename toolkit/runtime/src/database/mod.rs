//! Talking to PostgreSQL: connecting, quoting, and putting its errors into words.

mod connection;
mod failure;
mod holder;
mod pooler;
mod quote;
mod rows;
mod session;
mod statements;
mod waiting;

pub use connection::{ConnectError, Connection};
pub use failure::{DatabaseError, SqlState};
pub use holder::LockHolder;
pub(crate) use quote::{LONGEST_NAME, identifier, literal};
pub(crate) use rows::ALONE;
pub use rows::{FORGET, Reader};
pub use statements::sent_statements;
pub(crate) use statements::{Sent, note_values, sent};
