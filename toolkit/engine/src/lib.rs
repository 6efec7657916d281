//! Reads, compares, plans and proves PostgreSQL schemas.
//!
//! The stages are modules: [`catalog`] is the data, [`inspect`] the one reader, [`diff`] says what
//! differs, [`plan`] in which order to change it, and [`render`] writes it down.

pub mod catalog;
pub mod diff;
mod error;
mod identifier;
pub mod inspect;
pub mod plan;
pub mod render;

pub use error::{Error, Result};
pub use identifier::quote_identifier;
