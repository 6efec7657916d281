//! Applying and rolling back migrations: what is applied, the lock, the schema, the loop.

mod bootstrap;
mod empty;
mod lock;
mod record;
mod report;
mod runner;
mod standing;
mod transaction;

pub use lock::LockHolder;
pub use report::{Direction, Done, Report};
pub use runner::{Extent, Runner, Silent, Watcher};
pub use standing::{MigrationStanding, Standing, State};
