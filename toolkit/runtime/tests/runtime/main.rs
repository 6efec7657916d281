//! The runner against a real database: what it applies, what it refuses, what it leaves behind.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod busy;
mod connecting;
mod dropped;
mod edited;
mod emptying;
mod extensions;
mod failing;
mod frames;
mod guarded;
mod histories;
mod hostile;
mod ledger;
mod locks;
mod lost;
mod many;
mod others;
mod pooled;
mod recording;
mod roles;
mod rollout;
mod service;
mod sharing;
mod squashing;
mod stamping;
mod starting;
mod statements;
mod unfinished;
