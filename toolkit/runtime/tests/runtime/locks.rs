//! Nobody waits behind a migration for longer than its lock timeout: while a lock is not free, the runner
//! waits outside the queue.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use tokio::task::JoinHandle;
use toolkit_runtime::{
    Connection, DatabaseError, DatabaseUrl, Direction, Error, Extent, LedgerState, Report, Runner,
    Service, Settings, Silent, Standing, State, Watcher, history,
};
use toolkit_testkit::{Cluster, Database, own_server, pooler, server};

use crate::{
    others::{Ending, Others},
    service::{connect, migrator, orders, text, up_at_once},
};

migrator!(Altering, "m1": ["ALTER TABLE a ADD COLUMN b int"] / ["ALTER TABLE a DROP COLUMN b"]);
migrator!(AlteringOutside, outside "m1": ["ALTER TABLE a ADD COLUMN b int"] / ["ALTER TABLE a DROP COLUMN b"]);
migrator!(
    Several,
    "m1": ["ALTER TABLE z ADD COLUMN b int", "ALTER TABLE a ADD COLUMN b int", "ALTER TABLE y ADD COLUMN b int"]
        / ["ALTER TABLE a DROP COLUMN b, ALTER COLUMN id SET DEFAULT 0"],
);

/// A database with tables that others use.
fn database(cluster: &'static Cluster) -> Database {
    let database = cluster.database();
    let sql = "CREATE SCHEMA orders; CREATE TABLE orders.a (id int); CREATE TABLE orders.y (id int); \
               CREATE TABLE orders.z (id int)";
    cluster.psql(database.name(), sql);
    database
}

/// A transaction that reads `orders.a` until it is ended.
async fn reading(connection: &Connection) -> DatabaseTransaction {
    let reading = connection.db().begin().await.unwrap();
    let sql = "SELECT count(*) FROM orders.a";
    reading.execute_unprepared(sql).await.unwrap();
    reading
}

async fn up(
    url: &DatabaseUrl,
    service: &Service,
    settings: &Settings,
) -> (Report, Result<(), Error>) {
    let connection = Connection::open(url, "test").await.unwrap();
    let mut report = Report::default();
    let runner = Runner::new(service, &connection, settings, &Silent);
    let result = runner.up(&mut report, &Extent::All).await;
    connection.close().await;
    (report, result)
}

/// Applies `service` over `url` while a reader holds a table for some seconds and others use it.
async fn behind_a_reader(database: &Database, url: &DatabaseUrl, service: &Service) {
    let reader = connect(database).await;
    let others = Others::users(database).await;
    let reader = Ending::later(reading(&reader).await);
    let (report, result) = up(url, service, &Settings::default()).await;
    result.unwrap();
    assert_eq!(report.names(Direction::Up), ["m1"]);
    reader.was_waited_for().await;
    others.end().await;

    let connection = connect(database).await;
    let rows = history(&connection, service, None).await.unwrap();
    let states: Vec<LedgerState> = rows.iter().map(|row| row.state).collect();
    assert_eq!(
        states,
        [LedgerState::Finished],
        "tries that are given up leave nothing"
    );
    let standing = Standing::read(&connection, service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_behind_a_migration_longer_than_its_lock_timeout() {
    let Some(cluster) = server("nobody_waits_behind_a_migration") else {
        return;
    };
    for service in [
        orders::<Altering>(),
        orders::<Several>(),
        orders::<AlteringOutside>(),
    ] {
        let database = database(cluster);
        let url = database.url().parse().unwrap();
        behind_a_reader(&database, &url, &service).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_behind_a_migration_that_comes_through_a_pooler() {
    let test = "nobody_waits_behind_a_migration_that_comes_through_a_pooler";
    let (Some(cluster), Some(pooler)) = (server(test), pooler(test)) else {
        return;
    };
    let database = database(cluster);
    let url = pooler.url(database.name()).parse().unwrap();
    behind_a_reader(&database, &url, &orders::<Several>()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_back_and_emptying_wait_outside_the_queue_too() {
    let Some(cluster) = server("rolling_back_and_emptying_wait_outside_the_queue") else {
        return;
    };
    let database = database(cluster);
    let service = orders::<Several>();
    let connection = connect(&database).await;
    let settings = Settings::default();
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    let report = &mut Report::default();
    runner.up(report, &Extent::All).await.unwrap();
    let reader = connect(&database).await;

    let others = Others::users(&database).await;
    let ended = Ending::later(reading(&reader).await);
    runner.down(report, &Extent::All).await.unwrap();
    ended.was_waited_for().await;
    others.end().await;

    let others = Others::of(&database, &["SELECT count(*) FROM pg_class"]).await;
    let ended = Ending::later(reading(&reader).await);
    // What is emptied cannot be used on, so the migration after it fails.
    let error = runner.fresh(report).await.unwrap_err();
    assert!(matches!(error, Error::Migration(_)), "{error}");
    assert_eq!(report.dropped, Some(5));
    ended.was_waited_for().await;
    others.end().await;
}

migrator!(
    Index,
    outside "m1": ["CREATE INDEX CONCURRENTLY a_id ON a (id)"] / ["DROP INDEX CONCURRENTLY a_id"],
);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_concurrently_waits_for_others_and_is_not_cut_off() {
    let Some(cluster) = server("what_is_done_concurrently_waits_for_others") else {
        return;
    };
    let database = database(cluster);
    let reader = connect(&database).await;
    let writing = reader.db().begin().await.unwrap();
    let sql = "INSERT INTO orders.a VALUES (7)";
    writing.execute_unprepared(sql).await.unwrap();
    let others = Others::users(&database).await;
    let ended = Ending::later(writing);
    let url = database.url().parse().unwrap();
    let (_, result) = up(&url, &orders::<Index>(), &Settings::default()).await;
    result.unwrap();
    ended.was_waited_for().await;
    others.end().await;
    let sql = "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'orders.a_id'::regclass";
    assert_eq!(text(&reader, sql).await, "true");
}

migrator!(
    AlteringSecond,
    outside "m1": ["CREATE TABLE b (id int)", "ALTER TABLE a ADD COLUMN b int"] / [],
);

#[tokio::test(flavor = "multi_thread")]
async fn a_second_statement_outside_a_transaction_gives_way_and_is_told() {
    let Some(cluster) = server("a_second_statement_outside_a_transaction_gives_way") else {
        return;
    };
    let database = database(cluster);
    let reader = connect(&database).await;
    let reading = reading(&reader).await;
    let others = Others::users(&database).await;
    let url = database.url().parse().unwrap();
    let service = orders::<AlteringSecond>();
    let (_, result) = up(&url, &service, &Settings::default()).await;
    let error = result.unwrap_err();
    let Error::Migration(failure) = &error else {
        panic!("{error:?}")
    };
    let told = failure.source.to_string();
    assert!(told.contains("those that waited behind it"), "{told}");
    assert!(told.contains("waited for: server process"), "{told}");
    others.end().await;
    reading.rollback().await.unwrap();
    let standing = Standing::read(&reader, &service).await.unwrap();
    assert_eq!(standing.names(State::Unfinished), ["m1"]);
}

/// Transactions that take turns, so that one of them always reads `orders.a`.
fn never_free(database: &Database, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<()>> {
    let reader = |delay| {
        let (url, stop) = (database.url().parse().unwrap(), stop.clone());
        tokio::spawn(async move {
            let connection = Connection::open(&url, "reader").await.unwrap();
            tokio::time::sleep(Duration::from_millis(delay)).await;
            while !stop.load(Ordering::SeqCst) {
                let reading = reading(&connection).await;
                tokio::time::sleep(Duration::from_millis(600)).await;
                reading.rollback().await.unwrap();
            }
        })
    };
    [0, 200, 400].map(reader).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_never_free_is_waited_for_once_if_so_told() {
    let Some(cluster) = server("a_table_that_is_never_free") else {
        return;
    };
    let database = database(cluster);
    let url = database.url().parse().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let readers = never_free(&database, &stop);
    tokio::time::sleep(Duration::from_millis(700)).await;
    let service = orders::<Altering>();
    let settings = Settings {
        lock_wait: Duration::from_secs(1),
        ..Settings::default()
    };
    let (_, result) = up(&url, &service, &settings).await;
    let error = result.unwrap_err();
    assert!(error.hint().unwrap().contains("--lock-hold"), "{error}");

    // Too many wait behind: it is given up long before its time.
    let hold = |lock_queue| Settings {
        lock_hold: Some(Duration::from_secs(20)),
        lock_queue,
        ..settings.clone()
    };
    let writers: Vec<_> = (0..4).map(|_| "INSERT INTO orders.a VALUES (1)").collect();
    let holder = connect(&database).await;
    let reading = reading(&holder).await;
    let others = Others::of(&database, &writers).await;
    let started = Instant::now();
    let (_, result) = up(&url, &service, &hold(2)).await;
    let Err(Error::Migration(failure)) = result else {
        panic!("{result:?}")
    };
    let told = failure.source.to_string();
    assert!(
        told.contains("given up because of those that waited behind it"),
        "{told}"
    );
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "{:?}",
        started.elapsed()
    );
    reading.rollback().await.unwrap();
    others.stop();

    let (report, result) = up(&url, &service, &hold(100)).await;
    result.unwrap();
    assert_eq!(report.names(Direction::Up), ["m1"]);
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
}

/// What a run was told to wait for.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Watcher for Told {
    fn migration_started(&self, _: &Service, _: &str, _: Direction) {}

    fn waiting(&self, _: &Service) {}

    fn retrying(&self, _: &Service, _: &str, error: &DatabaseError) {
        let holders = error.holders().iter().map(ToString::to_string);
        self.0.lock().unwrap().extend(holders);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn autovacuum_is_sent_away() {
    // The tests' server has none, and the more databases a server has, the longer it takes to come.
    let Some(cluster) = own_server("autovacuum_is_sent_away") else {
        return;
    };
    let cluster: &'static Cluster = Box::leak(Box::new(cluster));
    let database = database(cluster);
    cluster.psql("postgres", "ALTER SYSTEM SET autovacuum = on");
    cluster.psql("postgres", "ALTER SYSTEM SET autovacuum_naptime = 1");
    cluster.psql("postgres", "SELECT pg_reload_conf()");
    let sql = "INSERT INTO orders.a SELECT g FROM generate_series(1, 200000) AS g; \
               ALTER TABLE orders.a SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, \
               autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, \
               autovacuum_analyze_threshold = 1000000000); DELETE FROM orders.a WHERE id % 2 = 0";
    cluster.psql(database.name(), sql);
    let connection = connect(&database).await;
    let working =
        "SELECT count(*)::text FROM pg_stat_progress_vacuum WHERE relid = 'orders.a'::regclass";
    let started = Instant::now();
    while text(&connection, working).await == "0" {
        assert!(
            started.elapsed() < Duration::from_mins(2),
            "autovacuum never came"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let others = Others::users(&database).await;
    let (service, settings, told) = (orders::<Altering>(), Settings::default(), Told::default());
    let started = Instant::now();
    let runner = Runner::new(&service, &connection, &settings, &told);
    let done = runner.up(&mut Report::default(), &Extent::All).await;
    done.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    let told = told.0.into_inner().unwrap();
    assert!(
        told.iter()
            .any(|told| told.starts_with("autovacuum, server process")),
        "{told:?}"
    );
    others.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_runners_wait_for_one_reader_and_one_of_them_migrates() {
    let Some(cluster) = server("many_runners_wait_for_one_reader") else {
        return;
    };
    let database = database(cluster);
    let reader = connect(&database).await;
    let others = Others::users(&database).await;
    let ended = Ending::later(reading(&reader).await);
    let url: DatabaseUrl = database.url().parse().unwrap();
    assert_eq!(up_at_once(8, &url, orders::<Several>).await, 1);
    ended.was_waited_for().await;
    others.end().await;
}
