//! What happens to a run that is killed, cut off or not alone, on a real server.
//!
//! Each round runs the binary of a service, this program itself, against a database of its own,
//! disturbs it at a random moment, and then runs a plain `up` as an operator would. Afterwards each
//! migration must have happened exactly once, and `seaql_migrations`, the ledger and `pg_dump` must
//! agree; where a migration outside a transaction was cut off, `up` must say so, and what a person
//! decides by looking at the database must lead to the same end.
//!
//! `TOOLKIT_TEST_FAULTS=500` makes 500 rounds instead of 6, or 24 in the slow tier; `TOOLKIT_TEST_SEED` repeats them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod fault;
mod judge;
mod round;
mod service;

use std::{collections::BTreeMap, env, process::ExitCode, time::Instant};

use fault::Fault;
use round::{Round, Tally};
use toolkit_testkit::{named, pooler, run, server, unless_slow};

const TEST: &str = "every_migration_happens_once_whatever_goes_wrong";

fn main() -> ExitCode {
    // A round runs this program again as the service's binary.
    if env::var_os(round::RUNNER).is_some() {
        return toolkit_runtime::main(&service::service());
    }
    let test = named(TEST, every_migration_happens_once_whatever_goes_wrong);
    run(vec![test], None)
}

fn every_migration_happens_once_whatever_goes_wrong() {
    let (Some(cluster), Some(pooler)) = (server(TEST), pooler(TEST)) else {
        return;
    };
    // A crash must lose nothing that was committed.
    cluster.psql("postgres", "ALTER SYSTEM SET synchronous_commit = on");
    cluster.psql("postgres", "SELECT pg_reload_conf()");
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    let rounds = number("TOOLKIT_TEST_FAULTS").unwrap_or_else(|| unless_slow(6, 24));
    let seed = number("TOOLKIT_TEST_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("{rounds} rounds, TOOLKIT_TEST_SEED={seed}");

    let started = Instant::now();
    let reference = Round::new(cluster, pooler, 0).undisturbed();
    let mut tallies: BTreeMap<Fault, Tally> = BTreeMap::new();
    for number in 0..rounds {
        let fault = Fault::ALL[usize::try_from(number).unwrap() % Fault::ALL.len()];
        let tally = tallies.entry(fault).or_default();
        Round::new(cluster, pooler, seed.wrapping_add(number)).run(fault, &reference, tally);
    }
    println!(
        "{:28} {:>6} {:>11} {:>8} {:>7} {:>11} {:>6}",
        "fault", "rounds", "interrupted", "decided", "applied", "rolled back", "retry"
    );
    for (fault, tally) in &tallies {
        println!("{:28} {tally}", fault.name());
    }
    println!(
        "{rounds} rounds in {:.0} s",
        started.elapsed().as_secs_f64()
    );
}
