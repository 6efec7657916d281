//! Reads, compares, plans and proves PostgreSQL schemas.
//!
//! The stages are modules: [`catalog`] is the data, [`inspect`] the one reader, [`diff`] says what
//! differs.

pub mod catalog;
pub mod diff;
mod error;
mod identifier;
pub mod inspect;

pub use error::{Error, Result};
pub use identifier::quote_identifier;
