//! The commands that the service binaries and the toolkit share.
//!
//! Each is a function from settings and services to an [`Outcome`]; what is printed goes through
//! the [`Printer`](crate::Printer).

mod args;
mod binary;
mod confirm;
mod context;
mod destroy;
mod fleet;
mod history;
mod loss;
mod migrate;
mod outcome;
mod parse;
mod resolve;
mod roles;
mod signal;
mod start;
mod status;
mod task;
mod up;
mod word;

pub use args::{
    Canary, DownArgs, ExtentArgs, GlobalArgs, HistoryArgs, PaceArgs, ResolutionArgs, ResolveArgs,
    UpArgs, YesArgs,
};
pub use binary::main;
pub use confirm::{Question, can_ask, confirm};
pub use context::{Connections, Context, blocking, is_there};
#[cfg(feature = "embedded")]
pub use context::{connect_embedded, embedded_url};
pub use destroy::destroy;
pub use fleet::{Failed, Sights, Tenancy, Visited, look, named, narrowed};
pub use history::history;
pub use migrate::{Order, Work, migrate};
pub use outcome::Outcome;
pub use parse::{Foreign, parse};
pub use resolve::resolve;
pub use roles::roles;
pub use signal::{Leaving, interrupted};
pub use start::{end, run};
pub use status::status;
pub use up::up;
pub use word::{Pick, Place, beginnings, located, migration_named, nearest, pick, plain, unknown};
