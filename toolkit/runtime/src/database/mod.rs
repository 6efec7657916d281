//! Talking to PostgreSQL: connecting, and putting its errors into words.

mod certificate;
mod connect_error;
mod connection;
mod excerpt;
mod failure;
mod holder;
mod options;
mod pooler;
mod product;
mod rows;
mod secret;
mod session;
mod silence;
mod spare;
mod statements;
mod waiting;

pub use certificate::{CertificateError, TlsFiles};
pub use connect_error::ConnectError;
pub use connection::Connection;
pub use excerpt::excerpt;
pub use failure::{DatabaseError, SqlState};
pub use holder::LockHolder;
pub use product::Product;
pub(crate) use rows::ALONE;
pub use rows::{FORGET, Reader};
pub use secret::shown;
pub(crate) use secret::{kept, speaks_of_secrets, told_without};
pub use statements::sent_statements;
pub(crate) use statements::{Sent, note_values, sent};
pub(crate) use waiting::{Behind, Seen, Watch};
