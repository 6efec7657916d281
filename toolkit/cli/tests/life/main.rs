//! A life of changes of entities and declared objects: each is made in a copy of this workspace, turned into a migration,
//! compiled, applied, rolled back and applied again, on a database with rows in it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod copy;
mod dump;
mod life;
mod rounds;
mod rows;
mod step;

use std::{io::Write, time::Instant};

use toolkit_testkit::server;

use crate::{copy::Copy, life::Life};

/// Steps that the toolkit does not master yet, with the reason; they are not taken.
const KNOWN: &[(&str, &str)] = &[(
    "drop a partition that is no longer declared",
    "partitions that nobody declared follow their table, so they are neither listed nor dropped by --drop",
)];

#[test]
fn every_change_of_an_entity_becomes_a_migration_that_goes_up_and_down() {
    let Some(cluster) = server("every_change_of_an_entity_becomes_a_migration") else {
        return;
    };
    let start = Instant::now();
    let mut life = Life::begin(Copy::create(), cluster.database(), cluster);
    for round in rounds::all() {
        let mut steps = round;
        for (name, reason) in KNOWN {
            let before = steps.len();
            steps.retain(|step| step.name != *name);
            if steps.len() < before {
                tell(&format!("NOT TAKEN: {name}: {reason}"));
            }
        }
        life.round(steps);
        tell(&format!(
            "{:4} s, {} s of them compiling: {} steps",
            start.elapsed().as_secs(),
            life.building().as_secs(),
            life.taken
        ));
    }
    life.end();
}

/// Says something at once; the test harness would keep it until the end.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "life: {line}");
}
