//! Reads, compares, replays and proves PostgreSQL schemas: what talks to a database.
//!
//! [`inspect`] is the one reader, [`desired`] writes entities and declarations out, [`compare`] says what
//! a service's schema lacks, [`scratch`] is a database to try it in, and [`verify`] proves a plan there.

mod carried;
pub mod compare;
pub mod desired;
pub mod effects;
mod error;
pub mod extension;
pub mod history;
pub mod inspect;
pub mod observe;
pub mod online;
pub mod reach;
pub mod rehearse;
pub mod scratch;
pub mod script;
pub mod verify;

pub use error::{Error, Result};

use toolkit_schema::{catalog, diff, plan, sql};
use toolkit_text::identifier;
