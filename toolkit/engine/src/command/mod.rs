//! The commands that only the toolkit has; those of the service binaries are the runtime's.

pub(crate) mod adopt;
pub(crate) mod check;
#[cfg(feature = "embedded")]
pub(crate) mod db;
pub(crate) mod diff;
pub(crate) mod docs;
pub(crate) mod entities;
pub(crate) mod generate;
mod hazard;
mod help;
pub(crate) mod history;
pub(crate) mod inspect;
pub(crate) mod lint;
mod live;
pub(crate) mod lock;
pub(crate) mod losing;
pub(crate) mod new;
mod observation;
mod pictures;
pub(crate) mod plan;
pub(crate) mod rebase;
mod said;
mod sizes;
pub(crate) mod sources;
pub(crate) mod squash;
pub(crate) mod stamp;
mod summary;
mod unfinished;
pub(crate) mod verify;

pub(crate) use help::help;
