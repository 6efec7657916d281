//! What a person or a program reads: data on stdout, talk on stderr.

mod failure;
mod printer;
mod progress;

pub use failure::Failure;
pub(crate) use failure::causes;
pub use printer::{Format, Printer, Verbosity};
pub use progress::Progress;
