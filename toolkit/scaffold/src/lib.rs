//! Writes what a workspace lacks: files that change together, edits of `Cargo.toml` and of Rust, new services.
//! It knows of no database and of no service's code, so that it compiles in seconds.

pub mod conflict;
mod definition;
mod edits;
mod error;
mod files;
pub mod manifest;
mod modules;
mod root;
pub mod rust;
mod service;
mod template;

pub use definition::{of_service, with_declared, with_definition, with_entities, with_said};
pub use edits::Edits;
pub use error::{Error, Result, failed, refused};
pub use files::{FileChanges, read, read_if_there};
pub use modules::with_modules;
pub use root::CALL;
pub use service::{Crate, FirstMigration, NewService, Root, relative};
