//! A schema diff for PostgreSQL: [`catalog`] is the data, [`diff`] says what differs between two catalogs,
//! [`plan`] in which order to change it and what that may do to a running system, and [`sql`] writes it
//! down. No I/O here.
//!
//! ```
//! use toolkit_schema::{
//!     catalog::{Catalog, Enum, QualifiedName},
//!     diff::diff,
//!     plan::plan,
//!     sql::{Names, statements},
//! };
//!
//! let name = QualifiedName::new("shop", "state");
//! let states = |values: &[&str]| {
//!     let values = values.iter().map(ToString::to_string).collect();
//!     let state = Enum { name: name.clone(), values, comment: None };
//!     Catalog { enums: [(name.clone(), state)].into(), ..Catalog::default() }
//! };
//! let (from, to) = (states(&["open"]), states(&["open", "paid"]));
//! let plan = plan(&diff(&from, &to, &[])?)?;
//! let sql = statements(&plan, &Names::qualified());
//! assert_eq!(sql, ["ALTER TYPE shop.state ADD VALUE 'paid'"]);
//! # Ok::<(), toolkit_schema::Error>(())
//! ```

pub mod catalog;
pub mod diff;
mod error;
pub mod online;
pub mod plan;
pub mod sql;
mod touched;

pub use error::{Error, Result};
pub use touched::Touched;

use toolkit_text::identifier;

/// The example of the package's page is run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
