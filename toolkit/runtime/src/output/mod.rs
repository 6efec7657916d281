//! What a person or a program reads: data on stdout, talk on stderr.

mod failure;
#[cfg(feature = "cli")]
mod fit;
#[cfg(feature = "cli")]
mod json;
mod mask;
#[cfg(feature = "cli")]
mod printer;
#[cfg(feature = "cli")]
mod progress;
#[cfg(feature = "cli")]
pub(crate) mod stdout;

pub use failure::Failure;
#[cfg(feature = "cli")]
pub(crate) use failure::causes;
#[cfg(feature = "cli")]
pub use fit::wrapped;
#[cfg(feature = "cli")]
pub(crate) use mask::{is_suspicious, masked_word};
pub(crate) use mask::{masked, masked_if_secret};
#[cfg(feature = "cli")]
pub use printer::{Format, Printer, ReportFormat, Verbosity};
#[cfg(feature = "cli")]
pub use progress::Progress;
