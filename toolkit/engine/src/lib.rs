//! Reads, compares, plans and proves PostgreSQL schemas; the commands of the toolkit.
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

pub use cli::main;
