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

use toolkit_testkit::{server, slow_tier};

use crate::{copy::Copy, life::Life};

#[test]
fn every_change_of_an_entity_becomes_a_migration_that_goes_up_and_down() {
    let test = "every_change_of_an_entity_becomes_a_migration";
    let Some(cluster) = slow_tier(test).then(|| server(test)).flatten() else {
        return;
    };
    let start = Instant::now();
    let mut life = Life::begin(Copy::create(), cluster.database(), cluster);
    for round in rounds::all() {
        life.round(round);
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
