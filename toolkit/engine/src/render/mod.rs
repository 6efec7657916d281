//! Plans → text. No I/O here, and nothing that decides what is done.

pub mod rust;
pub mod sql;
