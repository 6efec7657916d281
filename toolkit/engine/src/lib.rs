//! Reads, compares, plans and proves PostgreSQL schemas; the commands of the toolkit.
//!
//! The stages are modules: [`catalog`] is the data, [`inspect`] the one reader, [`diff`] says what
//! differs, [`plan`] in which order to change it, and `render` writes it down.
//!
//! A workspace's own toolkit binary is one call:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     toolkit_engine::main(&[/* user_service_migration::service(), … */])
//! }
//! ```

mod cli;
mod command;
mod error;

pub use cli::main;
pub use error::{Error, Result};
pub use toolkit_postgres::{compare, desired, inspect, observe, online, scratch, verify};
pub use toolkit_schema::{catalog, diff, plan};
pub use toolkit_text::identifier::quote_identifier;

use toolkit_postgres::{effects, extension, history, reach, rehearse, script};
use toolkit_project as project;
use toolkit_text::identifier;

/// Plans → text.
pub mod render {
    pub use toolkit_postgres::{compare, desired, inspect, scratch, verify};
    pub use toolkit_rust as rust;
    pub use toolkit_schema::sql;
}

/// The examples of the package's page are compiled, and run where they can be.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
