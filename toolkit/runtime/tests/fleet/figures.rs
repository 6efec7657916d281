//! How long a large fleet takes, for who asks: `TOOLKIT_TEST_FLEET=1000`.

use std::{env, time::Instant};

use toolkit_testkit::Cluster;

use crate::{
    program::TABLES,
    tenants::{Case, Home},
};

pub const ALL: [(&str, Case); 1] = [("a_large_fleet_takes_as_long_as_it_should", figures)];

fn figures(cluster: &'static Cluster) {
    let count = env::var("TOOLKIT_TEST_FLEET")
        .ok()
        .and_then(|text| text.parse().ok());
    let Some(count) = count else {
        return;
    };
    cluster.psql("postgres", "ALTER SYSTEM SET log_statement = 'none'");
    cluster.psql("postgres", "SELECT pg_reload_conf()");
    let home = Home::new(cluster);
    // One transaction would need a lock for each schema.
    for first in (1..=count).step_by(500) {
        home.make(first, usize::min(first + 499, count));
    }
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let time = |what: &str, release: usize, command: &str| {
        let started = Instant::now();
        let program = home.shop(release).env(TABLES, "8").arg(command).start();
        let peak = peak(program.id());
        let output = toolkit_testkit::Output::of(command.to_owned(), program).success();
        let last = output.stdout.lines().last().unwrap_or_default().to_owned();
        println!(
            "{what}: {:.1} s, {} MiB; {last}; load {}",
            started.elapsed().as_secs_f64(),
            peak.join().unwrap() / 1024,
            load().trim()
        );
    };
    time("eight tables each", 1, "up");
    time("nothing to do", 1, "up");
    time("status", 1, "status");
    time("one added column", 2, "up");
    time("nothing to do", 2, "up");
}

/// The most memory that the process has while it lives, in KiB.
fn peak(pid: u32) -> std::thread::JoinHandle<u64> {
    std::thread::spawn(move || {
        let mut peak = 0;
        while let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"));
            let Some(line) = line else { break };
            let number = line
                .split_whitespace()
                .nth(1)
                .and_then(|text| text.parse().ok());
            peak = peak.max(number.unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        peak
    })
}
