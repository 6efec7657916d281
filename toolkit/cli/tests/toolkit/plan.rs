//! `plan` and `--dry-run`: the SQL that would be sent, and that nothing is written.

use serde_json::Value;
use toolkit_testkit::{Cluster, Database, Workspace, server};

use crate::{toolkit, toolkit_on};

/// A database in which three of the five migrations of `user_service` are applied.
fn half_migrated(cluster: &'static Cluster, workspace: &Workspace) -> Database {
    let database = cluster.database();
    let words = ["up", "-s", "user_service", "-n", "3"];
    toolkit_on(workspace, &database, &words).run().success();
    database
}

#[test]
fn the_script_does_what_up_does_and_planning_writes_nothing() {
    let Some(cluster) = server("the_script_does_what_up_does") else {
        return;
    };
    let workspace = Workspace::create();
    let (planned, migrated) = (
        half_migrated(cluster, &workspace),
        half_migrated(cluster, &workspace),
    );
    let before = cluster.dump(planned.name(), &[]);
    let words = ["plan", "-s", "user_service", "--format", "sql"];
    let script = toolkit_on(&workspace, &planned, &words)
        .run()
        .code(1)
        .stdout;
    assert_eq!(cluster.dump(planned.name(), &[]), before);
    assert!(
        script.starts_with("\\set ON_ERROR_STOP on\nSET lock_timeout = '100ms';\n"),
        "{script}"
    );
    for expected in [
        "-- m20260905_000001_create_api_keys_and_sessions, up\n",
        "BEGIN;\nSET LOCAL search_path = user_service, public;\n",
        "COMMIT;\n",
        "toolkit stamp --service user_service m20261125_105824_declare_row_level_security\n",
    ] {
        assert!(script.contains(expected), "{expected} is not in\n{script}");
    }
    assert_eq!(script.matches("toolkit stamp").count(), 1, "{script}");
    assert!(!script.contains("seaql_migrations"), "{script}");

    let patient = [&words[..], &["--lock-timeout", "1m"]].concat();
    let patient = toolkit_on(&workspace, &planned, &patient).run().code(1);
    assert_eq!(patient.stdout, script.replace("'100ms'", "'60s'"));

    cluster.psql_file(planned.name(), &script);
    let words = ["up", "-s", "user_service"];
    toolkit_on(&workspace, &migrated, &words).run().success();
    let after = cluster.dump(migrated.name(), &[]);
    assert_ne!(after, before);
    assert_eq!(cluster.dump(planned.name(), &[]), after);

    let words = [
        "plan",
        "-s",
        "user_service",
        "--down",
        "3",
        "--format",
        "sql",
    ];
    let back = toolkit_on(&workspace, &migrated, &words)
        .run()
        .code(1)
        .stdout;
    cluster.psql_file(migrated.name(), &back);
    assert_eq!(cluster.dump(migrated.name(), &[]), before);
}

#[test]
fn a_plan_tells_of_the_tables_that_it_touches() {
    let Some(cluster) = server("a_plan_tells_of_the_tables_that_it_touches") else {
        return;
    };
    let workspace = Workspace::create();
    let database = half_migrated(cluster, &workspace);
    cluster.psql(
        database.name(),
        "INSERT INTO user_service.organizations (id, slug, name) \
         SELECT gen_random_uuid(), 'o' || n, 'o' FROM generate_series(1, 1234) n; ANALYZE user_service.organizations",
    );
    let words = ["up", "-s", "user_service", "--dry-run"];
    let plan = toolkit_on(&workspace, &database, &words).run().code(1);
    assert!(
        plan.stdout.contains("user_service: 3 migrations to apply"),
        "{}",
        plan.stdout
    );
    let told = "user_service.organizations: about 1,234 rows, ";
    assert!(plan.stdout.contains(told), "{}", plan.stdout);

    let words = [
        "plan",
        "-s",
        "user_service",
        "--down",
        "4",
        "--format",
        "json",
    ];
    let plan = toolkit_on(&workspace, &database, &words).run().code(1);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let migrations = plan["services"][0]["migrations"].as_array().unwrap();
    assert_eq!(migrations.len(), 3);
    assert_eq!(migrations[0]["name"], "m20260902_000001_create_memberships");
    assert_eq!(migrations[0]["direction"], "down");
    let owner = &migrations[1]["tables"][0];
    assert_eq!(owner["table"], "organizations");
    assert_eq!(owner["rows"], 1234);
    assert_eq!(owner["lock"], "access_exclusive");
    assert_eq!(owner["dropped_columns"][0], "owner_id");
    let dropped = migrations[2]["tables"].as_array().unwrap();
    assert!(dropped.iter().all(|table| table["dropped"] == true));
}

#[test]
fn nothing_pending_is_answered_with_zero_and_needs_no_scratch_database() {
    let Some(cluster) = server("nothing_pending_is_answered_with_zero") else {
        return;
    };
    let workspace = Workspace::create();
    let database = cluster.database();
    toolkit_on(&workspace, &database, &["up-all"])
        .run()
        .success();
    let plan = toolkit_on(&workspace, &database, &["up-all", "--dry-run"])
        .run()
        .success();
    assert_eq!(plan.stdout.matches(": nothing is pending\n").count(), 4);
    let script = toolkit_on(&workspace, &database, &["plan", "--format", "sql"])
        .run()
        .success();
    assert_eq!(script.stdout, "");
    let created = cluster.statements(database.name());
    assert!(
        !created.iter().any(|sent| sent.contains("CREATE DATABASE")),
        "{created:#?}"
    );
}

#[test]
fn without_a_server_everything_is_pending_and_nothing_is_written() {
    let workspace = Workspace::create();
    let plan = toolkit(&workspace, &["plan", "-s", "planning_agent"])
        .run()
        .code(1);
    assert!(
        plan.stdout.starts_with(
            "planning_agent: 6 migrations to apply\n  schema planning is created first\n"
        ),
        "{}",
        plan.stdout
    );
    assert!(!workspace.path().join(".toolkit").exists());
}

#[test]
fn what_up_refuses_is_refused_here_too() {
    let Some(cluster) = server("what_up_refuses_is_refused_here_too") else {
        return;
    };
    let workspace = Workspace::create();
    let database = half_migrated(cluster, &workspace);
    cluster.psql(
        database.name(),
        "DELETE FROM user_service.seaql_migrations WHERE version LIKE '%owner'",
    );
    let words = ["plan", "-s", "user_service"];
    let plan = toolkit_on(&workspace, &database, &words).run().code(1);
    assert!(
        plan.stderr.contains("not applied, although"),
        "{}",
        plan.stderr
    );
}
