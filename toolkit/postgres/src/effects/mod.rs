//! What each statement of a migration does to tables that hold rows: run one after the other on a scratch
//! database, and watched by the session itself, the only one that sees what is not committed.
//!
//! Nothing is known here of rules, nor of what is allowed.

mod compare;
mod snapshot;
mod trial;

pub use compare::{Effect, TableEffect, Work};
pub use trial::{Refused, Trial, outside, within};
