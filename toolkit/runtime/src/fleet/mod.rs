//! A service's tenants: which there are, where they stand, and how a new one is made.
//! Writes nothing but a new tenant.

mod create;
#[cfg(feature = "cli")]
mod find;
#[cfg(feature = "cli")]
mod histories;

#[cfg(feature = "cli")]
pub(crate) use find::{is_in_database, list, one};
#[cfg(feature = "cli")]
pub(crate) use histories::standings;
