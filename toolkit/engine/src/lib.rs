//! Reads, compares, plans and proves PostgreSQL schemas; the commands of the toolkit.
//!
//! The stages are modules: [`catalog`] is the data, [`inspect`] the one reader, [`diff`] says what
//! differs, [`plan`] in which order to change it, and [`render`] writes it down.
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

mod carried;
pub mod catalog;
mod cli;
mod command;
pub mod compare;
pub mod desired;
pub mod diff;
mod error;
mod extension;
mod history;
mod identifier;
pub mod inspect;
pub mod plan;
mod project;
mod reach;
mod rehearse;
pub mod render;
pub mod scratch;
mod script;
mod touched;
pub mod verify;

pub use cli::main;
pub use error::{Error, Result};
pub use identifier::quote_identifier;
