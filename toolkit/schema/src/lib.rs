//! A schema diff for PostgreSQL: [`catalog`] is the data, [`diff`] says what differs between two catalogs,
//! [`plan`] in which order to change it and what that may do to a running system, and [`sql`] writes it
//! down. No I/O here.

pub mod catalog;
pub mod diff;
mod error;
pub mod online;
pub mod plan;
pub mod sql;
mod touched;

pub use error::{Error, Result};
pub use touched::Touched;

use toolkit_text::identifier;
