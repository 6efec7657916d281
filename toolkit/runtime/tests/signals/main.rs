//! What a process does that is asked to end, whatever it is at. Each case runs this program again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod cases;
mod program;

use std::{env, process::ExitCode};

use toolkit_testkit::{named, run, server};

fn main() -> ExitCode {
    if let Ok(role) = env::var(program::ROLE) {
        return program::main(&role);
    }
    let tests = cases::ALL.into_iter().map(|(name, case)| {
        named(name, move || {
            if let Some(cluster) = server(name) {
                case(cluster);
            }
        })
    });
    // What a process does while it is asked to end is a matter of moments.
    run(tests.collect(), Some(1))
}
