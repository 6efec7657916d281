//! Runs that are killed, asked to end, or lose their sessions in the middle.

use std::{
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use toolkit_testkit::{Cluster, Output};

use crate::tenants::{Case, Home};

pub const ALL: [(&str, Case); 3] = [
    ("a_run_that_is_killed_goes_on_where_it_stopped", killed),
    (
        "ctrl_c_finishes_what_runs_and_says_what_is_left",
        interrupted,
    ),
    ("sessions_that_are_ended_are_opened_again", terminated),
];

const TENANTS: usize = 24;

fn slow(home: &Home) -> Child {
    home.shop(4).args(["up", "--jobs", "3"]).start()
}

/// Waits until some tenants are done, but not all.
fn midway(home: &Home) {
    let started = Instant::now();
    let done =
        "SELECT count(*) FROM pg_tables WHERE tablename = 'done' AND schemaname LIKE 'tenant%'";
    while home.psql(done).parse::<usize>().unwrap() < 4 {
        assert!(started.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(20));
    }
}

fn assert_once(home: &Home) {
    let all = home.done();
    assert_eq!(all.len(), TENANTS);
    for (schema, done) in all {
        assert_eq!(
            done, "m1_create,m2_add_note,m3_positive,m4_slow",
            "{schema}"
        );
        assert!(home.is_recorded_once(&schema, 4), "{schema}");
    }
    let left = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
                (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(home.psql(left), "0");
}

fn killed(cluster: &'static Cluster) {
    let home = Home::with(cluster, TENANTS);
    for _ in 0..2 {
        let mut child = slow(&home);
        midway(&home);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = home.shop(4).arg("up").run().success();
    assert!(output.stdout.contains("shop: 24 tenants"), "{output:?}");
    assert_once(&home);
}

fn interrupted(cluster: &'static Cluster) {
    let home = Home::with(cluster, TENANTS);
    let child = slow(&home);
    midway(&home);
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = Output::of("up".to_owned(), child).code(130);
    assert!(
        output.stderr.contains("what runs is finished"),
        "{output:?}"
    );
    assert!(output.stdout.contains("not started"), "{output:?}");
    assert!(!output.stdout.contains("failed"), "{output:?}");
    for (_, done) in home.done() {
        assert_eq!(
            done, "m1_create,m2_add_note,m3_positive,m4_slow",
            "finished"
        );
    }
    home.shop(4).arg("up").run().success();
    assert_once(&home);
}

fn terminated(cluster: &'static Cluster) {
    let home = Home::with(cluster, TENANTS);
    let child = slow(&home);
    midway(&home);
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name LIKE 'toolkit%'";
    home.psql(end);
    let output = Output::of("up".to_owned(), child).success();
    assert!(output.stdout.contains("24 migrated"), "{output:?}");
    assert_once(&home);
}
