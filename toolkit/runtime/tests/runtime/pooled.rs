//! Behind `PgBouncer` in transaction mode.

use toolkit_runtime::{Connection, DatabaseUrl, Error, Extent, Runner};
use toolkit_testkit::{pooler, server};

use crate::service::{migrator, orders, run, tables, up_at_once};

migrator!(
    Three,
    "m1_a": ["CREATE TABLE a (id int)", "SELECT pg_sleep(0.05)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
    "m3_c": ["CREATE TYPE c AS ENUM ('x')", "ALTER TABLE b ADD c c"] / ["ALTER TABLE b DROP c", "DROP TYPE c"],
);

migrator!(
    WithOutside,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    outside "m2_index": ["CREATE INDEX CONCURRENTLY a_id ON a (id)"] / ["DROP INDEX a_id"],
);

#[tokio::test(flavor = "multi_thread")]
async fn many_runners_behind_a_pooler_apply_each_migration_once() {
    let test = "many_runners_behind_a_pooler_apply_each_migration_once";
    let (Some(cluster), Some(pooler)) = (server(test), pooler(test)) else {
        return;
    };
    let database = cluster.database();
    let url: DatabaseUrl = pooler.url(database.name()).parse().unwrap();
    assert_eq!(up_at_once(12, &url, orders::<Three>).await, 3);
    let finished = "SELECT count(*) FROM orders.toolkit_ledger WHERE state = 'finished'";
    assert_eq!(cluster.psql(database.name(), finished), "3");

    let connection = Connection::open(&url, "test").await.unwrap();
    run(&connection, &orders::<Three>(), async |runner, report| {
        runner.down(report, &Extent::All).await
    })
    .await
    .1
    .unwrap();
    assert_eq!(
        tables(&connection, "orders").await,
        "seaql_migrations,toolkit_ledger"
    );
    // A setting that stayed behind would be found by the next client of the session.
    let path = "SELECT DISTINCT setting FROM pg_settings WHERE name = 'search_path'";
    for _ in 0..20 {
        let path = crate::service::text(&connection, path).await;
        assert_eq!(path, "\"$user\", public");
    }
}

async fn busy(url: String) {
    let connection = Connection::open(&url.parse().unwrap(), "load")
        .await
        .unwrap();
    loop {
        crate::service::text(&connection, "SELECT pg_sleep(random() / 500)::text").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_needs_a_session_is_refused_behind_a_pooler_and_runs_past_it() {
    let test = "a_migration_that_needs_a_session_is_refused_behind_a_pooler";
    let (Some(cluster), Some(pooler)) = (server(test), pooler(test)) else {
        return;
    };
    let database = cluster.database();
    let service = orders::<WithOutside>();
    let up = async |runner: &Runner<'_>, report: &mut _| runner.up(report, &Extent::All).await;

    let url = pooler.url(database.name()).parse().unwrap();
    let connection = Connection::open(&url, "test").await.unwrap();
    // Other clients take and give sessions all the while.
    let load = (0..6).map(|_| tokio::spawn(busy(pooler.url(database.name()))));
    let load: Vec<_> = load.collect();
    for _ in 0..100 {
        let (report, result) = run(&connection, &service, up).await;
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Pooled { .. }), "{error}");
        let hint = error.hint().unwrap();
        assert!(hint.contains("ORDERS_MIGRATION_DATABASE_URL"), "{hint}");
        assert!(report.migrations.len() <= 1);
    }
    load.iter().for_each(tokio::task::JoinHandle::abort);
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(cluster.psql(database.name(), locks), "0");

    let direct = crate::service::connect(&database).await;
    let (report, result) = run(&direct, &service, up).await;
    result.unwrap();
    assert_eq!(report.migrations.len(), 1);
}

migrator!(
    Sessions,
    outside "m1": ["CREATE SCHEMA IF NOT EXISTS sessions", "CREATE TABLE sessions.a (id int)"] / [],
);

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_gives_each_client_a_session_is_none() {
    let test = "a_pooler_that_gives_each_client_a_session_is_none";
    let (Some(_), Some(pooler)) = (server(test), pooler(test)) else {
        return;
    };
    let url = pooler.url_of_session().parse().unwrap();
    let connection = Connection::open(&url, "test").await.unwrap();
    let service = toolkit_runtime::Service::new::<Sessions>("sessions", "sessions");
    let up = async |runner: &Runner<'_>, report: &mut _| runner.up(report, &Extent::All).await;
    run(&connection, &service, up).await.1.unwrap();
}
