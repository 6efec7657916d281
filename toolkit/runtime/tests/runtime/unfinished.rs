//! Migrations outside a transaction that do not finish.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use toolkit_runtime::{
    Connection, Error, Extent, LedgerState, Resolution, Service, Standing, State, history,
};
use toolkit_testkit::{Cluster, Database, server};

use crate::service::{connect, migrator, orders, run, text};

migrator!(
    Halfway,
    "m1_a": ["CREATE TABLE a (id int)", "INSERT INTO a VALUES (1), (1)"] / ["DROP TABLE a"],
    outside "m2_unique": ["CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id)"]
        / ["DROP INDEX CONCURRENTLY a_id"],
    "m3_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

async fn up(connection: &Connection, service: &Service) -> Result<(), Error> {
    run(connection, service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
}

async fn resolve(
    connection: &Connection,
    service: &Service,
    migration: &str,
    resolution: Resolution,
) -> Result<Vec<String>, Error> {
    let mut dropped = Vec::new();
    let (_, result) = run(connection, service, async |runner, _| {
        dropped = runner.resolve(migration, resolution).await?;
        Ok(())
    })
    .await;
    result.map(|()| dropped)
}

/// A unique index over two equal rows fails and leaves an invalid index.
async fn halfway(cluster: &'static Cluster) -> (Database, Connection, Service) {
    let database = cluster.database();
    let connection = connect(&database).await;
    let service = orders::<Halfway>();
    let error = up(&connection, &service).await.unwrap_err();
    assert!(!error.is_refusal());
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("resolve -s orders m2_unique --retry"),
        "{hint}"
    );
    (database, connection, service)
}

#[tokio::test]
async fn what_did_not_finish_stops_the_next_run_which_says_what_is_left() {
    let Some(cluster) = server("what_did_not_finish_stops_the_next_run") else {
        return;
    };
    let (_database, connection, service) = halfway(cluster).await;
    let error = up(&connection, &service).await.unwrap_err();
    assert!(error.is_refusal());
    assert!(
        error.to_string().contains("could not create unique index"),
        "{error}"
    );
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("invalid indexes are left: orders.a_id"),
        "{hint}"
    );
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Unfinished), ["m2_unique"]);
    assert_eq!(standing.holder, None);
    let (_, down) = run(&connection, &service, async |runner, report| {
        runner.down(report, &Extent::Count(1)).await
    })
    .await;
    assert!(matches!(down, Err(Error::Unfinished { .. })));
}

#[tokio::test]
async fn a_retry_drops_the_invalid_index_and_goes_on() {
    let Some(cluster) = server("a_retry_drops_the_invalid_index_and_goes_on") else {
        return;
    };
    let (_database, connection, service) = halfway(cluster).await;
    let wrong = resolve(&connection, &service, "m1_a", Resolution::Retry).await;
    assert!(matches!(wrong, Err(Error::NotUnfinished { .. })));
    let dropped = resolve(&connection, &service, "m2_unique", Resolution::Retry).await;
    assert_eq!(dropped.unwrap(), ["orders.a_id"]);
    let sql = "DELETE FROM orders.a WHERE ctid = (SELECT min(ctid) FROM orders.a)";
    connection.db().execute_unprepared(sql).await.unwrap();
    up(&connection, &service).await.unwrap();
    let rows = history(&connection, &service, None).await.unwrap();
    let states: Vec<LedgerState> = rows.iter().map(|row| row.state).collect();
    assert_eq!(
        states,
        [
            LedgerState::Finished,
            LedgerState::Finished,
            LedgerState::Resolved,
            LedgerState::Unfinished,
            LedgerState::Finished
        ]
    );
}

#[tokio::test]
async fn what_was_finished_or_undone_by_hand_is_recorded_as_told() {
    let Some(cluster) = server("what_was_finished_or_undone_by_hand") else {
        return;
    };
    let (_database, connection, service) = halfway(cluster).await;
    let applied = || resolve(&connection, &service, "m2_unique", Resolution::Applied);
    let error = applied().await.unwrap_err();
    assert!(matches!(error, Error::InvalidIndexes { .. }), "{error}");
    let by_hand =
        "DROP INDEX orders.a_id; TRUNCATE orders.a; CREATE UNIQUE INDEX a_id ON orders.a (id)";
    connection.db().execute_unprepared(by_hand).await.unwrap();
    applied().await.unwrap();
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1_a", "m2_unique"]);
    assert_eq!(standing.names(State::Pending), ["m3_b"]);

    let (_database, connection, service) = halfway(cluster).await;
    resolve(&connection, &service, "m2_unique", Resolution::RolledBack)
        .await
        .unwrap();
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Pending), ["m2_unique", "m3_b"]);
}

migrator!(
    FirstFails,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    outside "m2": ["CREATE INDEX CONCURRENTLY a_id ON b (id)"] / [],
);

#[tokio::test]
async fn a_first_statement_that_fails_and_leaves_nothing_needs_nobody_to_resolve_it() {
    let Some(cluster) = server("a_first_statement_that_fails_and_leaves_nothing") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let service = orders::<FirstFails>();
    for _ in 0..2 {
        let error = up(&connection, &service).await.unwrap_err();
        assert!(matches!(error, Error::Migration(_)), "{error}");
        let hint = error.hint().unwrap();
        assert!(hint.starts_with("nothing of this run"), "{hint}");
    }
}

migrator!(
    Slow,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    outside "m2_slow": ["INSERT INTO a VALUES (1)", "SELECT pg_sleep(60)"] / ["DELETE FROM a"],
);

#[tokio::test]
async fn what_is_cut_off_is_unfinished_and_what_runs_is_running() {
    let Some(cluster) = server("what_is_cut_off_is_unfinished") else {
        return;
    };
    let database = cluster.database();
    let service = orders::<Slow>();
    let running = connect(&database).await;
    let runner = tokio::spawn(async move { up(&running, &orders::<Slow>()).await });
    let connection = connect(&database).await;
    let sleeping = "SELECT coalesce(max(pid), 0)::text FROM pg_stat_activity \
                    WHERE query = 'SELECT pg_sleep(60)' AND datname = current_database()";
    let mut pid = "0".to_owned();
    while pid == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
        pid = text(&connection, sleeping).await;
    }
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Unfinished), ["m2_slow"]);
    let holder = standing.holder.expect("it runs");
    assert_eq!(holder.application, "toolkit orders m2_slow");

    text(
        &connection,
        &format!("SELECT pg_terminate_backend({pid})::text"),
    )
    .await;
    let error = runner.await.unwrap().unwrap_err();
    assert!(error.hint().unwrap().contains("--retry"), "{error:?}");
    let error = up(&connection, &service).await.unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
    resolve(&connection, &service, "m2_slow", Resolution::RolledBack)
        .await
        .unwrap();
    let rows = "SELECT count(*)::text FROM orders.a";
    assert_eq!(text(&connection, rows).await, "1", "resolve undoes nothing");
}
