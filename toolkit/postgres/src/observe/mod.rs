//! What running code sees of a change: the statements of the code before and after it are prepared,
//! kept, and executed after each step, over rows that are taken back.
//!
//! The code before is known from the catalog before, the code after from the catalog after, which
//! stands for its entities: each reads and writes whole rows, as SeaORM does.

mod kept;
mod parents;
mod statement;
mod value;
mod verdict;
mod watch;
mod watched;
mod wire;

pub(crate) use kept::{Refusal, refusal};
pub(crate) use parents::insert_rows;
pub use statement::StatementKind;
pub(crate) use statement::qualified;
pub use verdict::{Failure, Look, Observation, Remedy, Untried, Verdict, Version};
pub use watch::Watch;
