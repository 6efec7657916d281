//! Names, servers and disks that nobody wishes for.

use std::{path::Path, process::Command};

use sea_orm_migration::prelude::*;
use toolkit_runtime::{Connection, Error, Extent, Service, Standing, State};
use toolkit_testkit::{Cluster, Database, server, standby};

use crate::service::{Statements, connect, migrator, orders, run, tables};

const ODD: [&str; 5] = [
    "o'rders \"quoted\" \\ back",
    "Größe 注文 🐘",
    "; DROP SCHEMA public CASCADE; --",
    "a $$ b $$",
    "sixty-three bytes: 0123456789012345678901234567890123456789012",
];

struct Odd;

impl MigratorTrait for Odd {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        ODD.into_iter()
            .chain(["a name of more than sixty-three bytes, which is longer than any name in PostgreSQL"])
            .map(|name| {
                Box::new(Statements {
                    name,
                    up: &["CREATE TABLE IF NOT EXISTS a (id int)", "INSERT INTO a VALUES (1)"],
                    down: &["DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)"],
                    transaction: (name == ODD[0]).then_some(false),
                }) as Box<dyn MigrationTrait>
            })
            .collect()
    }
}

#[tokio::test]
async fn names_with_quotes_spaces_and_other_scripts_are_names_like_any_other() {
    let Some(cluster) = server("names_with_quotes_spaces_and_other_scripts") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    for schema in ODD {
        let service = Service::new::<Odd>("odd", schema);
        let (report, result) = run(&connection, &service, async |runner, report| {
            runner.up(report, &Extent::All).await?;
            runner.up(report, &Extent::All).await?;
            runner.down(report, &Extent::Count(2)).await?;
            runner.up(report, &Extent::All).await
        })
        .await;
        result.unwrap();
        assert_eq!(report.migrations.len(), 6 + 2 + 2, "{schema}");
        let standing = Standing::read(&connection, &service).await.unwrap();
        assert_eq!(standing.names(State::Applied).len(), 6, "{schema}");
        let quoted = schema.replace('"', "\"\"");
        let rows = format!("SELECT count(*) FROM \"{quoted}\".a");
        assert_eq!(cluster.psql(database.name(), &rows), "6", "{schema}");
        run(&connection, &service, async |runner, report| {
            runner.fresh(report).await
        })
        .await
        .1
        .unwrap();
    }
    assert_eq!(tables(&connection, "public").await, "");
}

migrator!(One, "m1": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"]);
migrator!(Nameless, "": ["CREATE TABLE a (id int)"] / []);

#[tokio::test]
async fn names_that_the_database_cannot_keep_are_refused_before_anything_is_done() {
    let database = Database::create();
    let connection = connect(&database).await;
    let long: &'static str = "s".repeat(64).leak();
    for (service, told) in [
        (Service::new::<One>("odd", long), "64 bytes"),
        (Service::new::<One>("odd", ""), "it is empty"),
        (Service::new::<One>("odd", "a\0b"), "zero byte"),
        (Service::new::<Nameless>("odd", "odd"), "it is empty"),
    ] {
        for (_, result) in [
            run(&connection, &service, async |runner, report| {
                runner.up(report, &Extent::All).await
            })
            .await,
            run(&connection, &service, async |runner, report| {
                runner.bootstrap(report).await
            })
            .await,
        ] {
            let error = result.unwrap_err();
            assert!(matches!(error, Error::Name { .. }), "{error}");
            assert!(error.to_string().contains(told), "{error}");
        }
    }
    let schemas =
        "SELECT count(*)::text FROM pg_namespace WHERE nspname LIKE 's%s' OR nspname = 'odd'";
    assert_eq!(crate::service::text(&connection, schemas).await, "0");
}

#[tokio::test]
async fn a_replica_says_that_it_is_one() {
    let Some(replica) = standby("a_replica_says_that_it_is_one") else {
        return;
    };
    let url = replica.url("postgres", "postgres").parse().unwrap();
    let connection = Connection::open(&url, "test").await.unwrap();
    let (report, result) = run(&connection, &orders::<One>(), async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await;
    assert_eq!(report.migrations, []);
    let error = result.unwrap_err();
    assert!(!error.is_refusal());
    assert_eq!(
        error.to_string(),
        "orders: the server is a replica, which takes no changes"
    );
    let standing = Standing::read(&connection, &orders::<One>()).await.unwrap();
    assert_eq!(standing.pending(), ["m1"], "reading works");
}

migrator!(
    Sleepy,
    "m1": ["CREATE TABLE a (id int)", "SELECT pg_sleep(0.5)"] / ["DROP TABLE a"],
);

#[tokio::test]
async fn a_role_with_odd_defaults_is_served_like_any_other() {
    let Some(cluster) = server("a_role_with_odd_defaults") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let role = format!("odd_{name}");
    let settings = [
        "search_path = 'nowhere'",
        "statement_timeout = '100ms'",
        "lock_timeout = '1ms'",
        "idle_in_transaction_session_timeout = '400ms'",
        "default_transaction_read_only = on",
        "default_transaction_deferrable = on",
        "default_transaction_isolation = 'serializable'",
        "client_min_messages = 'error'",
        "DateStyle = 'German'",
        "extra_float_digits = -5",
        "standard_conforming_strings = off",
        "backslash_quote = off",
    ];
    let settings = settings
        .map(|setting| format!("ALTER ROLE {role} SET {setting};"))
        .concat();
    let sql =
        format!("CREATE ROLE {role} LOGIN; GRANT ALL ON DATABASE {name} TO {role}; {settings}");
    cluster.psql(name, &sql);
    let connection = Connection::open(&cluster.url(&role, name).parse().unwrap(), "test")
        .await
        .unwrap();
    let (report, result) = run(&connection, &orders::<Sleepy>(), async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::All).await
    })
    .await;
    result.unwrap();
    assert_eq!(report.migrations.len(), 2);
}

/// A file system that is full in a moment, for as long as it is not dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Nothing where this user may not mount one.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=0777", "none"])
            .arg(folder.path())
            .output()
            .ok()?;
        output.status.success().then_some(Self(folder))
    }

    /// A folder in it that the server may use.
    fn folder(&self, cluster: &Cluster) -> String {
        let folder = self.0.path().join("tablespace");
        // The server's own user has to own it.
        let sql = format!("COPY (SELECT 1) TO PROGRAM 'mkdir {}'", folder.display());
        cluster.psql("postgres", &sql);
        folder.display().to_string()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let folder: &Path = self.0.path();
        let _ = Command::new("umount").arg("-l").arg(folder).output();
    }
}

migrator!(
    Large,
    "m1": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2": ["CREATE TABLE b AS SELECT i, repeat('x', 1000) FROM generate_series(1, 100000) AS i"]
        / ["DROP TABLE b"],
);

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_done() {
    let Some(cluster) = server("a_full_disk_leaves_nothing_half_done") else {
        return;
    };
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("NOT RUN: a_full_disk_leaves_nothing_half_done needs to mount a file system");
        return;
    };
    let folder = disk.folder(cluster);
    cluster.psql(
        "postgres",
        &format!("CREATE TABLESPACE small LOCATION '{folder}'"),
    );
    cluster.psql("postgres", "CREATE DATABASE small TABLESPACE small");
    let url = cluster.url("postgres", "small").parse().unwrap();
    let connection = Connection::open(&url, "test").await.unwrap();
    let (report, result) = run(&connection, &orders::<Large>(), async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await;
    assert_eq!(report.migrations.len(), 1);
    let error = result.unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.contains("free disk space"), "{error} {hint}");
    assert_eq!(
        tables(&connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );
    connection.close().await;
    cluster.psql("postgres", "DROP DATABASE small WITH (FORCE)");
    cluster.psql("postgres", "DROP TABLESPACE small");
}
