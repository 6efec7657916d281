//! What this workspace is made of, whatever its services are: nothing here names one.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod adding;
mod architecture;
mod book;
mod length;
mod modules;
mod published;
mod services;
