//! Many processes at once, some of them killed.

use std::{process::Child, thread, time::Duration};

use toolkit_testkit::{Cluster, Database, Output, Workspace, server};

use crate::{toolkit, toolkit_on};

const PROCESSES: usize = 16;

fn start(workspace: &Workspace, database: &Database) -> Vec<Child> {
    (0..PROCESSES)
        .map(|_| toolkit_on(workspace, database, &["up-all"]).start())
        .collect()
}

/// What `up-all` alone makes of an empty database.
fn expected(cluster: &'static Cluster, workspace: &Workspace) -> String {
    let database = cluster.database();
    toolkit_on(workspace, &database, &["up-all"])
        .run()
        .success();
    cluster.dump(database.name(), &[])
}

fn recorded(cluster: &Cluster, database: &Database) -> String {
    let count = |schema: &str| format!("SELECT version FROM {schema}.seaql_migrations");
    let all = ["planning", "memory", "user_service", "observability"]
        .map(count)
        .join(" UNION ALL ");
    cluster.psql(
        database.name(),
        &format!("SELECT count(*) || ' of ' || count(DISTINCT version) FROM ({all}) AS m"),
    )
}

#[test]
fn sixteen_processes_on_an_empty_database_apply_each_migration_once() {
    let Some(cluster) = server("sixteen_processes_on_an_empty_database") else {
        return;
    };
    let workspace = Workspace::create();
    let expected = expected(cluster, &workspace);
    let database = cluster.database();

    let mut applied = 0;
    for child in start(&workspace, &database) {
        let output = Output::of("up-all".to_owned(), child).success();
        let says_it_waits = |line: &str| line.ends_with("waiting for another runner");
        assert!(
            output.stderr.lines().all(says_it_waits),
            "{}",
            output.stderr
        );
        applied += output
            .stdout
            .lines()
            .filter(|line| line.contains(" applied  "))
            .count();
    }
    assert_eq!(applied, 25);
    assert_eq!(recorded(cluster, &database), "25 of 25");
    assert_eq!(cluster.dump(database.name(), &[]), expected);
}

#[test]
fn a_process_killed_midway_leaves_work_that_one_more_run_completes() {
    let Some(cluster) = server("a_process_killed_midway") else {
        return;
    };
    let workspace = Workspace::create();
    let expected = expected(cluster, &workspace);
    for round in 0..6 {
        let database = cluster.database();
        let mut children = start(&workspace, &database);
        thread::sleep(Duration::from_millis(40 * round));
        let mut killed = children.swap_remove(0);
        killed.kill().unwrap();
        killed.wait().unwrap();
        for child in children {
            let _ = Output::of("up-all".to_owned(), child).success();
        }
        let last = toolkit_on(&workspace, &database, &["up-all"])
            .run()
            .success();
        assert!(last.stdout.ends_with("nothing to do\n"), "{}", last.stdout);
        assert_eq!(recorded(cluster, &database), "25 of 25");
        assert_eq!(cluster.dump(database.name(), &[]), expected);
    }
}

#[test]
fn one_services_failure_does_not_hold_the_others_unless_told() {
    let Some(cluster) = server("one_services_failure_does_not_hold_the_others") else {
        return;
    };
    let workspace = Workspace::create();
    let clash = "CREATE SCHEMA memory; CREATE TABLE memory.conversations (id int)";

    let database = cluster.database();
    cluster.psql(database.name(), clash);
    let output = toolkit_on(&workspace, &database, &["up-all"]).run().code(2);
    assert!(
        output
            .stdout
            .contains("19 migrations applied, 1 service failed: memory_agent"),
        "{}",
        output.stdout
    );
    assert!(
        output
            .stderr
            .contains("statement: CREATE TABLE \"conversations\""),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("already exists (SQLSTATE 42P07)"),
        "{}",
        output.stderr
    );

    let database = cluster.database();
    cluster.psql(database.name(), clash);
    let output = toolkit_on(&workspace, &database, &["up-all", "--fail-fast"])
        .run()
        .code(2);
    assert!(
        output
            .stdout
            .contains("6 migrations applied, 1 service failed: memory_agent"),
        "{}",
        output.stdout
    );
    assert_eq!(
        output.stdout.matches("not started").count(),
        2,
        "{}",
        output.stdout
    );
}

#[test]
fn more_processes_than_the_server_has_connections_for_end_well() {
    let Some(cluster) = server("more_processes_than_the_server_has_connections_for") else {
        return;
    };
    let (database, workspace) = (cluster.database(), Workspace::create());
    let name = database.name();
    let role = "CREATE ROLE scarce LOGIN CONNECTION LIMIT 5";
    cluster.psql("postgres", role);
    cluster.psql(
        "postgres",
        &format!("ALTER DATABASE {name} OWNER TO scarce"),
    );
    let url = cluster.url("scarce", name);
    let run = || toolkit(&workspace, &["up-all", "-u", &url]).start();
    // Each wants four connections at least. First there is all to do, then nothing.
    for _ in 0..2 {
        let processes: Vec<Child> = (0..PROCESSES).map(|_| run()).collect();
        for process in processes {
            Output::of("up-all".to_owned(), process).success();
        }
    }
    assert_eq!(recorded(cluster, &database), "25 of 25");
}
