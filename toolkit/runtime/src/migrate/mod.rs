//! Applying and rolling back migrations: what is applied, the lock, the schema, the loop.

mod bootstrap;
mod empty;
mod extent;
mod failure;
mod lock;
mod record;
mod report;
mod runner;
mod squash;
mod stamp;
mod standing;
mod step;
mod transaction;

pub use extent::Extent;
pub(crate) use extent::position;
pub use failure::{Left, MigrationFailure};
pub use lock::LockHolder;
pub use report::{Direction, Done, Report};
pub use runner::{Runner, Silent, Watcher};
pub use standing::{MigrationStanding, Standing, State};
