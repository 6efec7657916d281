//! Applying and rolling back migrations: what is applied, the lock, the schema, the loop.

mod at_start;
mod attempt;
mod bootstrap;
mod empty;
mod extent;
mod failure;
mod ledger;
mod lock;
mod memory;
mod mutex;
mod outside;
mod patience;
mod record;
mod report;
mod resolve;
mod roles;
mod rollout;
mod runner;
mod squash;
mod stamp;
mod standing;
mod step;
mod transaction;

pub use at_start::Guarded;
pub use extent::Extent;
#[cfg(feature = "cli")]
pub(crate) use extent::position;
pub use failure::{Left, MigrationFailure, Phase};
pub use ledger::TABLE as LEDGER_TABLE;
pub use ledger::{HistoryRow, LedgerState, history};
pub use outside::invalid_indexes;
pub use record::Unfinished;
#[cfg(feature = "cli")]
pub(crate) use record::{Place, Record, locate_all, read_all};
pub use report::{Direction, Done, Report};
pub use resolve::Resolution;
pub use roles::Roles;
#[cfg(feature = "cli")]
pub(crate) use roles::database as database_name;
pub use runner::{Runner, Silent, Watcher};
#[cfg(feature = "cli")]
pub(crate) use standing::names;
pub use standing::{MigrationStanding, Standing, State};
