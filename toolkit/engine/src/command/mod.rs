//! The commands that only the toolkit has; those of the service binaries are the runtime's.

mod completions;
#[cfg(feature = "embedded")]
pub(crate) mod db;

pub(crate) use completions::completions;
