//! A PostgreSQL server inside the process, with its data in one folder.
//!
//! This is the one place that knows which crate provides the server (`pglite-oxide`, PostgreSQL
//! compiled to WebAssembly and ahead of time to native code; nothing is downloaded).
//!
//! It has no users of its own: whoever reaches it is superuser. So it listens on a Unix socket in a folder
//! that nobody else may enter; for programs that need a port, a [`Door`] asks for a password.
//!
//! Limits that callers must respect: one process at a time per folder, and one connection at a
//! time per server. Opening a connection starts a backend, which costs about half a second.

mod door;
mod error;
mod greeting;
mod lock;
mod private;
mod server;
mod stream;

pub use door::{Door, Entrance};
pub use error::EmbeddedError;
pub use lock::Holder;
pub use private::password;
pub use server::{EmbeddedServer, delete, exists};
