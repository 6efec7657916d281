//! The runner against a real database: what it applies, what it refuses, what it leaves behind.

mod connecting;
mod emptying;
mod failing;
mod histories;
mod service;
mod sharing;
