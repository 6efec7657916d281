//! A table that others use while it is migrated.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, TransactionTrait};
use toolkit_runtime::{Connection, Error, Extent, Left, Limits, Report, Runner, Settings, Silent};
use toolkit_testkit::{Cluster, Database, server};

use crate::service::{connect, migrator, orders, text, up_at_once};

migrator!(Altering, "m1": ["ALTER TABLE a ADD COLUMN b int"] / ["ALTER TABLE a DROP COLUMN b"]);

const LOCK_TIMEOUT: Duration = Duration::from_millis(300);

/// A database with `orders.a`, and a transaction that reads it until it is dropped.
async fn read_table(
    cluster: &'static Cluster,
) -> (Database, Connection, sea_orm::DatabaseTransaction) {
    let database = cluster.database();
    let sql = "CREATE SCHEMA orders; CREATE TABLE orders.a (id int)";
    cluster.psql(database.name(), sql);
    let reader = connect(&database).await;
    let reading = reader.db().begin().await.unwrap();
    let sql = "SELECT count(*) FROM orders.a";
    reading.execute_unprepared(sql).await.unwrap();
    (database, reader, reading)
}

migrator!(AlteringOutside, outside "m1": ["ALTER TABLE a ADD COLUMN b int"] / []);
migrator!(
    SecondOutside,
    outside "m1": ["CREATE TABLE b (id int)", "ALTER TABLE a ADD COLUMN b int"] / [],
);

#[tokio::test]
async fn who_holds_the_lock_is_told_when_patience_is_over() {
    let Some(cluster) = server("who_holds_the_lock_is_told_when_patience_is_over") else {
        return;
    };
    let (database, _reader, reading) = read_table(cluster).await;
    let sql = "SELECT set_config('application_name', 'report', false)";
    reading.execute_unprepared(sql).await.unwrap();
    let sql = "SELECT 'm\u{fc}de'\n FROM orders.a";
    reading.execute_unprepared(sql).await.unwrap();
    let sql = "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'report'";
    let pid = cluster.psql("postgres", sql);

    let connection = connect(&database).await;
    let settings = Settings {
        lock_timeout: LOCK_TIMEOUT,
        lock_wait: Duration::from_millis(500),
        ..Settings::default()
    };
    let limits = Limits::default().lock_timeout(LOCK_TIMEOUT);
    for service in [
        orders::<Altering>(),
        orders::<AlteringOutside>().limits("m1", limits),
        orders::<SecondOutside>().limits("m1", limits),
    ] {
        let runner = Runner::new(&service, &connection, &settings, &Silent);
        let error = runner.up(&mut Report::default(), &Extent::All).await;
        let Err(Error::Migration(failure)) = error else {
            panic!("{error:?}")
        };
        let told = failure.source.to_string();
        let (_, holder) = told.split_once("\n  waited for: ").expect(&told);
        assert!(
            holder.starts_with(&format!(
                "server process {pid} (report, from 127.0.0.1, since 2"
            )),
            "{told}"
        );
        assert!(
            holder.ends_with(", idle in transaction): SELECT 'm\u{fc}de' FROM orders.a"),
            "{told}"
        );
        let hint = if failure.left == Left::Nothing {
            "pg_terminate_backend"
        } else {
            "toolkit resolve"
        };
        assert!(failure.hint().contains(hint), "{}", failure.hint());
    }
}

#[tokio::test]
async fn who_holds_up_emptying_a_schema_is_told_too() {
    let Some(cluster) = server("who_holds_up_emptying_a_schema_is_told_too") else {
        return;
    };
    let (database, _reader, _reading) = read_table(cluster).await;
    let connection = connect(&database).await;
    let settings = Settings {
        lock_timeout: LOCK_TIMEOUT,
        lock_wait: Duration::from_millis(500),
        ..Settings::default()
    };
    let service = orders::<Altering>();
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    let error = runner.fresh(&mut Report::default()).await.unwrap_err();
    let Error::Database { action, source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*action, "empty the schema");
    let told = source.to_string();
    assert!(told.contains("\n  waited for: server process"), "{told}");
    let tables = "SELECT count(*)::text FROM pg_class WHERE relname = 'a'";
    assert_eq!(text(&connection, tables).await, "1");
}

#[tokio::test]
async fn a_role_that_may_see_little_is_told_what_it_may_see() {
    let Some(cluster) = server("a_role_that_may_see_little_is_told_what_it_may_see") else {
        return;
    };
    let (database, reader, reading) = read_table(cluster).await;
    reading.rollback().await.unwrap();
    cluster.psql(
        database.name(),
        "CREATE ROLE little LOGIN; ALTER SCHEMA orders OWNER TO little; \
         ALTER TABLE orders.a OWNER TO little",
    );
    let reading = reader.db().begin().await.unwrap();
    let sql = "SELECT count(*) FROM orders.a";
    reading.execute_unprepared(sql).await.unwrap();
    let url = database.url().replace("postgres@", "little@");
    let connection = Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap();
    let settings = Settings {
        lock_timeout: LOCK_TIMEOUT,
        lock_wait: Duration::ZERO,
        ..Settings::default()
    };
    let service = orders::<Altering>();
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    let error = runner.up(&mut Report::default(), &Extent::All).await;
    let Err(Error::Migration(failure)) = error else {
        panic!("{error:?}")
    };
    let [holder] = failure.source.holders() else {
        panic!("{failure:?}")
    };
    assert_eq!(
        (holder.application.as_str(), holder.statement.as_str()),
        ("test", "")
    );
    assert_eq!(
        holder.to_string(),
        format!("server process {} (test)", holder.pid)
    );
    connection.close().await;
    reading.rollback().await.unwrap();
    let sql = "REASSIGN OWNED BY little TO postgres; DROP OWNED BY little; DROP ROLE little";
    cluster.psql(database.name(), sql);
}

#[tokio::test]
async fn a_migration_may_have_limits_of_its_own() {
    let Some(cluster) = server("a_migration_may_have_limits_of_its_own") else {
        return;
    };
    let (database, _reader, _reading) = read_table(cluster).await;
    let connection = connect(&database).await;
    let limits = Limits::default().lock_timeout(Duration::from_millis(50));
    let service = orders::<Altering>().limits("m1", limits);
    let settings = Settings {
        lock_timeout: Duration::from_mins(10),
        lock_wait: Duration::ZERO,
        ..Settings::default()
    };
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    let mut report = Report::default();
    let error = runner.up(&mut report, &Extent::All).await.unwrap_err();
    assert!(error.hint().unwrap().contains("--lock-timeout"), "{error}");

    let stranger = orders::<Altering>().limits("m2", limits);
    let runner = Runner::new(&stranger, &connection, &settings, &Silent);
    let error = runner.up(&mut report, &Extent::All).await.unwrap_err();
    assert_eq!(error.to_string(), "orders has no migration m2");
}

migrator!(Sleeping, "m1": ["SELECT pg_sleep(30)"] / []);

#[tokio::test]
async fn a_statement_may_be_given_a_limit() {
    let Some(cluster) = server("a_statement_may_be_given_a_limit") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let service = orders::<Sleeping>();
    let settings = Settings {
        statement_timeout: Some(Duration::from_millis(100)),
        ..Settings::default()
    };
    let started = Instant::now();
    let error = Runner::new(&service, &connection, &settings, &Silent)
        .up(&mut Report::default(), &Extent::All)
        .await
        .unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(
        error.hint().unwrap().contains("--statement-timeout"),
        "{error}"
    );
}

migrator!(
    SlowIndex,
    "m1": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
    outside "m2": ["CREATE INDEX CONCURRENTLY a_id ON a (id)"] / ["DROP INDEX a_id"],
    "m3": ["ALTER TABLE b ADD COLUMN c int"] / ["ALTER TABLE b DROP COLUMN c"],
);

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_replicas_wait_for_the_one_that_builds_an_index() {
    let Some(cluster) = server("thirty_two_replicas_wait_for_the_one_that_builds_an_index") else {
        return;
    };
    // The index waits for the writer, as each does that is built beside long transactions.
    let (database, _reader, reading) = read_table(cluster).await;
    reading.rollback().await.unwrap();
    let writer = connect(&database).await;
    let writing = writer.db().begin().await.unwrap();
    let sql = "INSERT INTO orders.a (id) VALUES (1)";
    writing.execute_unprepared(sql).await.unwrap();

    let started = Instant::now();
    let url = database.url().parse().unwrap();
    let replicas = tokio::spawn(async move { up_at_once(32, &url, orders::<SlowIndex>).await });
    tokio::time::sleep(Duration::from_secs(3)).await;
    writing.commit().await.unwrap();
    assert_eq!(replicas.await.unwrap(), 3);
    assert!(started.elapsed() >= Duration::from_secs(3));
    let sql = "SELECT bool_and(indisvalid)::text FROM pg_index WHERE indexrelid = 'orders.a_id'::regclass";
    assert_eq!(text(&writer, sql).await, "true");
}
