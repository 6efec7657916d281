//! PostgreSQL's programs as they are installed, and a private cluster made with them.
//!
//! A private cluster listens on a socket that nobody else reaches, and need not survive a crash: it is for
//! tests. The processes of one run share it; it ends with the last of them.

mod error;
mod programs;
#[cfg(unix)]
mod shared;

pub use error::ClusterError;
pub use programs::find_programs;
#[cfg(unix)]
pub use shared::SharedCluster;
