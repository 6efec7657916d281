//! Services with tenants on a real server: what `up`, `status` and the commands for one tenant do. Each case runs
//! this program again as the service's binary.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod all;
mod databases;
mod failing;
mod figures;
mod listing;
mod one;
mod program;
mod stopping;
mod tenants;

use std::{env, process::ExitCode};

use tenants::Case;
use toolkit_testkit::{named, run, server};

fn main() -> ExitCode {
    if env::var_os(program::RELEASE).is_some() {
        return program::main();
    }
    let cases: [&[(&str, Case)]; 7] = [
        &all::ALL,
        &databases::ALL,
        &failing::ALL,
        &figures::ALL,
        &listing::ALL,
        &one::ALL,
        &stopping::ALL,
    ];
    let tests = cases.into_iter().flatten().copied().map(|(name, case)| {
        named(name, move || {
            if let Some(cluster) = server(name) {
                case(cluster);
            }
        })
    });
    run(tests.collect(), None)
}
