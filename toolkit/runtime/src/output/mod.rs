//! What a person or a program reads: data on stdout, talk on stderr.

mod failure;
mod json;
mod mask;
mod printer;
mod progress;
pub(crate) mod stdout;

pub use failure::Failure;
pub(crate) use failure::causes;
pub(crate) use mask::{is_suspicious, masked, masked_word};
pub use printer::{Format, Printer, Verbosity};
pub use progress::Progress;
