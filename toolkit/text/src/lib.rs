//! Text that goes to others: SQL identifiers and constants, and what others wrote made harmless for the
//! place where it goes. No I/O here.

mod harmless;
pub mod identifier;

pub use harmless::{harmless, harmless_line, harmless_sql, is_hidden};
