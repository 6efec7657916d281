//! A PostgreSQL server inside the process, with its data in one folder.
//!
//! This is the one place that knows which crate provides the server (`pglite-oxide`, PostgreSQL
//! compiled to WebAssembly and ahead of time to native code; nothing is downloaded).
//!
//! Limits that callers must respect: one process at a time per folder, and one connection at a
//! time per server. Opening a connection starts a backend, which costs about half a second.

mod error;
mod lock;
mod server;

pub use error::EmbeddedError;
pub use lock::Holder;
pub use server::{EmbeddedServer, delete, exists};
