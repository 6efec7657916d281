//! A library call that is given up: its future is dropped, while the process and its connection
//! live on.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use toolkit_runtime::{Connection, Error, Extent, Report, Resolution, Runner, Settings, Silent};
use toolkit_testkit::{Cluster, Database, server};

use crate::service::{connect, migrator, orders, run, text};

migrator!(
    Sleeping,
    outside "m1": ["CREATE TABLE a (id int)", "SELECT pg_sleep(60)"] / [],
    "m2": ["CREATE TABLE b (id int)"] / [],
);
migrator!(Inside, "m1": ["CREATE TABLE a (id int)", "SELECT pg_sleep(60)"] / []);

const GOING_ON: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                        AND pid <> pg_backend_pid() AND state <> 'idle'";
const HELD: &str = "SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database \
                    WHERE locktype = 'advisory' AND datname = current_database()";

/// How long a busy machine may take for what takes a moment.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether a session is at what lasts: it sleeps, or waits for a lock.
const AT_WORK: &str = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() \
                       AND state = 'active' AND wait_event IN ('PgSleep', 'relation')";

/// Applies everything until a migration's statement lasts, and gives it up then.
async fn up_until_at_work(
    cluster: &'static Cluster,
    database: &Database,
    connection: &Connection,
    service: &toolkit_runtime::Service,
) {
    let settings = Settings::default();
    let runner = Runner::new(service, connection, &settings, &Silent);
    let mut report = Report::default();
    let extent = Extent::All;
    tokio::select! {
        outcome = runner.up(&mut report, &extent) => panic!("{outcome:?}"),
        () = becomes(cluster, database, AT_WORK, "t") => {}
    }
}

/// Waits until `sql` gives `value`: a connection is made good in the background.
async fn becomes(cluster: &'static Cluster, database: &Database, sql: &'static str, value: &str) {
    let asked = async {
        loop {
            let name = database.name().to_owned();
            let found = tokio::task::spawn_blocking(move || cluster.psql(&name, sql));
            if found.await.unwrap() == value {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let done = tokio::time::timeout(PATIENCE, asked).await;
    assert!(done.is_ok(), "it never becomes {value}: {sql}");
}

/// Makes sure that nothing is held and that the connection is as good as new.
async fn is_released(cluster: &'static Cluster, database: &Database, connection: &Connection) {
    becomes(cluster, database, HELD, "0").await;
    becomes(cluster, database, GOING_ON, "0").await;
    let sql = "SELECT current_setting('application_name') || ' ' || current_setting('search_path')";
    assert_eq!(text(connection, sql).await, "test \"$user\", public");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_outside_a_transaction_releases_the_mutex() {
    let Some(cluster) = server("a_run_that_is_dropped_outside_a_transaction") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let service = orders::<Sleeping>();
    up_until_at_work(cluster, &database, &connection, &service).await;
    is_released(cluster, &database, &connection).await;

    // Who comes next needs not wait, and is told.
    let other = connect(&database).await;
    let up = run(&other, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    });
    let (_, result) = tokio::time::timeout(PATIENCE, up).await.unwrap();
    assert!(
        matches!(result, Err(Error::Unfinished { .. })),
        "{result:?}"
    );
    other.db().execute_unprepared("SELECT 1").await.unwrap();

    // So is who gave it up, on the same connection.
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.resolve("m1", Resolution::Applied).await?;
        runner.up(report, &Extent::All).await
    })
    .await;
    result.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_while_it_waits_for_a_lock_waits_no_more() {
    let Some(cluster) = server("a_run_that_is_dropped_while_it_waits_for_a_lock") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let holder = connect(&database).await;
    holder
        .db()
        .execute_unprepared("CREATE SCHEMA orders; CREATE TABLE orders.c (id int)")
        .await
        .unwrap();
    migrator!(Waiting, outside "m1": ["ALTER TABLE c ADD COLUMN b int"] / []);
    let holding = holder.db().begin().await.unwrap();
    holding
        .execute_unprepared("LOCK TABLE orders.c")
        .await
        .unwrap();
    up_until_at_work(cluster, &database, &connection, &orders::<Waiting>()).await;
    holding.rollback().await.unwrap();
    is_released(cluster, &database, &connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_in_a_transaction_leaves_nothing() {
    let Some(cluster) = server("a_run_that_is_dropped_in_a_transaction_leaves_nothing") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    up_until_at_work(cluster, &database, &connection, &orders::<Inside>()).await;
    is_released(cluster, &database, &connection).await;
    let sql = "SELECT to_regclass('orders.a') IS NULL";
    assert_eq!(cluster.psql(database.name(), sql), "t");
}
