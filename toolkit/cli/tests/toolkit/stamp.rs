//! `stamp`: recording without running, only where it is true.

use toolkit_testkit::{Cluster, Database, Workspace, server};

use crate::toolkit_on;

const LAST: &str = "m20261125_105824_declare_row_level_security";
const RECORDED: &str = "SELECT count(*) FROM user_service.seaql_migrations";

/// A database that has the schema of `user_service` after all migrations, and no record of them.
fn unrecorded(cluster: &'static Cluster, workspace: &Workspace) -> Database {
    let database = cluster.database();
    toolkit_on(workspace, &database, &["up", "-s", "user_service"])
        .run()
        .success();
    cluster.psql(database.name(), "DROP TABLE user_service.seaql_migrations");
    database
}

#[test]
fn a_schema_that_is_as_the_migrations_make_it_is_stamped() {
    let Some(cluster) = server("a_schema_that_is_as_the_migrations_make_it") else {
        return;
    };
    let workspace = Workspace::create();
    let database = unrecorded(cluster, &workspace);
    let words = ["stamp", "-s", "user_service", LAST];
    let stamp = toolkit_on(&workspace, &database, &words).run().success();
    assert_eq!(stamp.stdout.matches(": recorded m").count(), 6);
    assert_eq!(cluster.psql(database.name(), RECORDED), "6");
    toolkit_on(&workspace, &database, &["check", "-s", "user_service"])
        .run()
        .success();
    let words = ["stamp", "-s", "user_service", "--all"];
    let again = toolkit_on(&workspace, &database, &words).run().success();
    assert_eq!(
        again.stdout,
        "user_service: nothing to do; all is recorded already\n"
    );
}

#[test]
fn a_schema_that_differs_is_refused_and_told() {
    let Some(cluster) = server("a_schema_that_differs_is_refused") else {
        return;
    };
    let workspace = Workspace::create();
    let database = unrecorded(cluster, &workspace);
    cluster.psql(
        database.name(),
        "ALTER TABLE user_service.users DROP COLUMN language",
    );
    let before = cluster.dump(database.name(), &[]);
    let words = ["stamp", "-s", "user_service", "--all"];
    let stamp = toolkit_on(&workspace, &database, &words).run().code(1);
    assert!(
        stamp
            .stdout
            .contains("  ALTER TABLE users ADD COLUMN language "),
        "{}",
        stamp.stdout
    );
    assert!(stamp.stderr.contains("--force"), "{}", stamp.stderr);
    assert_eq!(cluster.dump(database.name(), &[]), before);

    let words = ["stamp", "-s", "user_service", "--all", "--force"];
    toolkit_on(&workspace, &database, &words).run().success();
    assert_eq!(cluster.psql(database.name(), RECORDED), "6");
}

#[test]
fn too_many_too_few_and_wrong_names_are_refused() {
    let Some(cluster) = server("too_many_too_few_and_wrong_names") else {
        return;
    };
    let workspace = Workspace::create();
    let database = unrecorded(cluster, &workspace);
    // The schema has more than the first migration gives.
    let words = [
        "stamp",
        "-s",
        "user_service",
        "m20260901_000001_create_organizations_and_users",
    ];
    let stamp = toolkit_on(&workspace, &database, &words).run().code(1);
    assert!(stamp.stdout.contains("  DROP TABLE "), "{}", stamp.stdout);

    let words = ["stamp", "-s", "user_service", "m1"];
    let stamp = toolkit_on(&workspace, &database, &words).run().code(2);
    assert!(
        stamp.stderr.contains("has no migration m1"),
        "{}",
        stamp.stderr
    );
    toolkit_on(&workspace, &database, &["stamp", "-s", "user_service"])
        .run()
        .code(2);
}

#[test]
fn an_unfinished_migration_is_to_be_resolved_first() {
    let Some(cluster) = server("an_unfinished_migration_is_to_be_resolved") else {
        return;
    };
    let workspace = Workspace::create();
    let database = cluster.database();
    toolkit_on(&workspace, &database, &["up", "-s", "user_service"])
        .run()
        .success();
    for statement in [
        "UPDATE user_service.toolkit_ledger SET state = 'unfinished', transactional = false \
         WHERE migration = ",
        "DELETE FROM user_service.seaql_migrations WHERE version = ",
    ] {
        cluster.psql(database.name(), &format!("{statement}'{LAST}'"));
    }
    let before = cluster.dump(database.name(), &[]);
    for words in [
        &["stamp", "-s", "user_service", "--all"][..],
        &["stamp", "-s", "user_service", "--all", "--force"],
        &["plan", "-s", "user_service"],
        &["up", "-s", "user_service"],
    ] {
        let refused = toolkit_on(&workspace, &database, words).run().code(1);
        let hint = format!("resolve -s user_service {LAST} --retry");
        assert!(refused.stderr.contains(&hint), "{}", refused.stderr);
    }
    assert_eq!(cluster.dump(database.name(), &[]), before);
}
