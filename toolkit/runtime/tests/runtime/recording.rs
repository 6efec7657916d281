//! What others do to a migration while it is recorded and committed.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use toolkit_runtime::{
    Connection, Direction, Error, Extent, LedgerState, Left, MigrationFailure, Phase, Report,
    Runner, Service, Settings, Silent, Standing, State, history,
};
use toolkit_testkit::{Database, server};

use crate::service::{connect, migrator, orders, run, tables, text};

migrator!(
    Two,
    "m1": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

async fn up_with(
    connection: &Connection,
    service: &Service,
    lock_wait: u64,
    extent: Extent,
) -> (Report, Result<(), Error>) {
    let settings = Settings {
        lock_timeout: Duration::from_millis(200),
        lock_wait: Duration::from_secs(lock_wait),
        ..Settings::default()
    };
    let mut report = Report::default();
    let runner = Runner::new(service, connection, &settings, &Silent);
    let result = runner.up(&mut report, &extent).await;
    (report, result)
}

/// A database in which `m1` is applied.
async fn one_applied(service: &Service) -> (Database, Connection) {
    let database = Database::create();
    let connection = connect(&database).await;
    let (_, result) = up_with(&connection, service, 0, Extent::Count(1)).await;
    result.unwrap();
    (database, connection)
}

/// What failed in `result` while it was recorded; nothing of it may be left.
async fn rolled_back(connection: &Connection, result: Result<(), Error>) -> Box<MigrationFailure> {
    let Err(Error::Migration(failure)) = result else {
        panic!("{result:?}")
    };
    assert_eq!(
        (failure.left, failure.phase),
        (Left::Nothing, Phase::Record)
    );
    let hint = failure.hint();
    assert!(hint.starts_with("nothing of this run"), "{hint}");
    let told = failure.to_string();
    assert_eq!(
        told,
        "migration m2 of orders ran, but could not be recorded"
    );
    assert_eq!(
        tables(connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );
    failure
}

async fn up_again(connection: &Connection, service: &Service) {
    let (report, result) = up_with(connection, service, 0, Extent::All).await;
    result.unwrap();
    assert_eq!(report.names(Direction::Up), ["m2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_on_the_migrations_table_rolls_back_and_is_tried_again() {
    let Some(cluster) = server("a_lock_on_the_migrations_table") else {
        return;
    };
    let _ = cluster;
    let service = orders::<Two>();
    let (database, connection) = one_applied(&service).await;
    let other = connect(&database).await;
    let lock = "LOCK TABLE orders.seaql_migrations IN EXCLUSIVE MODE";
    let locking = other.db().begin().await.unwrap();
    locking.execute_unprepared(lock).await.unwrap();
    let (_, result) = up_with(&connection, &service, 0, Extent::All).await;
    let failure = rolled_back(&connection, result).await;
    let hint = failure.hint();
    assert!(hint.contains("--lock-timeout"), "{hint}");
    let unlocking = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        locking.rollback().await.unwrap();
    });
    let (report, result) = up_with(&connection, &service, 10, Extent::All).await;
    result.unwrap();
    assert_eq!(report.names(Direction::Up), ["m2"]);
    unlocking.await.unwrap();
}

migrator!(
    Slow,
    "m1": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2": ["CREATE TABLE b (id int)", "SELECT pg_sleep(1)"] / ["DROP TABLE b"],
);

#[tokio::test(flavor = "multi_thread")]
async fn another_migrator_that_records_the_same_wins_and_the_run_goes_on() {
    if server("another_migrator_that_records_the_same").is_none() {
        return;
    }
    let service = orders::<Slow>();
    let (database, connection) = one_applied(&service).await;
    let other = connect(&database).await;
    let racing = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let sql = "INSERT INTO orders.seaql_migrations VALUES ('m2', 1)";
        other.db().execute_unprepared(sql).await.unwrap();
    });
    let (report, result) = up_with(&connection, &service, 10, Extent::All).await;
    racing.await.unwrap();
    result.unwrap();
    assert_eq!(report.names(Direction::Up), [""; 0], "the other one did it");
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1", "m2"]);
}

#[tokio::test]
async fn a_trigger_that_refuses_the_record_rolls_back() {
    let service = orders::<Two>();
    let (_database, connection) = one_applied(&service).await;
    for table in ["seaql_migrations", "toolkit_ledger"] {
        let plant = format!(
            "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RAISE EXCEPTION ''no''; END'; \
             CREATE TRIGGER no BEFORE INSERT ON orders.{table} FOR EACH ROW EXECUTE FUNCTION public.no()"
        );
        connection.db().execute_unprepared(&plant).await.unwrap();
        let (_, result) = up_with(&connection, &service, 0, Extent::All).await;
        let hint = rolled_back(&connection, result).await.hint();
        assert!(hint.contains("look at their triggers"), "{hint}");
        let sql = "DROP FUNCTION public.no() CASCADE";
        connection.db().execute_unprepared(sql).await.unwrap();
    }
    up_again(&connection, &service).await;
}

#[tokio::test]
async fn a_role_without_the_privilege_to_record_rolls_back() {
    let Some(cluster) = server("a_role_without_the_privilege_to_record") else {
        return;
    };
    let service = orders::<Two>();
    let database = cluster.database();
    let name = database.name();
    let admin = connect(&database).await;
    up_with(&admin, &service, 0, Extent::Count(1))
        .await
        .1
        .unwrap();
    let role = format!("migrates_{name}");
    cluster.psql(
        name,
        &format!(
            "CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA orders TO {role}; \
             GRANT SELECT, INSERT ON orders.seaql_migrations TO {role}; \
             GRANT SELECT ON orders.toolkit_ledger TO {role}"
        ),
    );
    let url = cluster.url(&role, name).parse().unwrap();
    let connection = Connection::open(&url, "test").await.unwrap();
    let (_, result) = up_with(&connection, &service, 0, Extent::All).await;
    rolled_back(&connection, result).await;
    up_again(&admin, &service).await;
}

#[tokio::test]
async fn the_sequence_of_an_older_ledger_means_nothing() {
    let service = orders::<Two>();
    let (_database, connection) = one_applied(&service).await;
    let older = "ALTER TABLE orders.toolkit_ledger ALTER id ADD GENERATED ALWAYS AS IDENTITY; \
                 SELECT setval('orders.toolkit_ledger_id_seq', 1, false)";
    connection.db().execute_unprepared(older).await.unwrap();
    up_again(&connection, &service).await;
    let ids = "SELECT string_agg(id::text, ',' ORDER BY id) FROM orders.toolkit_ledger";
    assert_eq!(text(&connection, ids).await, "1,2");
}

migrator!(
    Garbled,
    "m1": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2": [
        "CREATE TABLE b (id int)",
        // At COMMIT, after everything that the runner sends in the transaction.
        "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN EXECUTE ''LISTEN a''; EXECUTE ''NOTIFY a''; RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER told AFTER INSERT ON b DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION told()",
        "INSERT INTO b VALUES (1)",
    ] / [],
    "m3": ["CREATE TABLE c (id int)"] / [],
);

#[tokio::test]
async fn a_commit_whose_answer_cannot_be_read_is_looked_up() {
    if server("a_commit_whose_answer_cannot_be_read").is_none() {
        return;
    }
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Garbled>();
    let (report, result) = up_with(&connection, &service, 0, Extent::All).await;
    result.unwrap();
    assert_eq!(report.names(Direction::Up), ["m1", "m2", "m3"]);
    let states: Vec<LedgerState> = history(&connection, &service, None)
        .await
        .unwrap()
        .iter()
        .map(|row| row.state)
        .collect();
    assert_eq!(states, [LedgerState::Finished; 3]);
}

migrator!(
    Leaves,
    "m1": [
        "CREATE TABLE a (id int)",
        "CREATE TEMPORARY TABLE b (other int)",
        "LISTEN a",
        "SELECT pg_advisory_lock(7)",
        "SET lock_timeout = '1h'",
        "DECLARE held CURSOR WITH HOLD FOR SELECT 1",
    ] / [],
    "m2": ["CREATE TABLE b (id int)", "NOTIFY a", "INSERT INTO b (id) VALUES (1)"] / [],
    "m3": ["INSERT INTO a SELECT id FROM b"] / [],
);
migrator!(
    LeavesOutside,
    outside "m1": [
        "CREATE TABLE a (id int)",
        "CREATE TEMPORARY TABLE b (other int)",
        "LISTEN a",
        "SELECT pg_advisory_lock(7)",
        "SET ROLE pg_monitor",
        "SET search_path = pg_catalog",
    ] / [],
    "m2": ["CREATE TABLE b (id int)", "NOTIFY a", "INSERT INTO b (id) VALUES (1)"] / [],
    outside "m3": ["INSERT INTO a SELECT id FROM b"] / [],
);

#[tokio::test]
async fn what_a_migration_leaves_in_its_session_does_not_reach_the_next() {
    if server("what_a_migration_leaves_in_its_session").is_none() {
        return;
    }
    for service in [orders::<Leaves>(), orders::<LeavesOutside>()] {
        let database = Database::create();
        let connection = connect(&database).await;
        let (_, result) = run(&connection, &service, async |runner, report| {
            runner.up(report, &Extent::All).await
        })
        .await;
        result.unwrap();
        let rows = "SELECT count(*)::text FROM orders.a";
        assert_eq!(text(&connection, rows).await, "1");
        let left = "SELECT (SELECT count(*) FROM pg_listening_channels())::text || \
                    (SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database \
                     WHERE locktype = 'advisory' AND datname = current_database()) || \
                    (SELECT count(*) FROM pg_cursors WHERE is_holdable) || current_user";
        assert_eq!(text(&connection, left).await, "000postgres");
    }
}

/// Large enough that nobody wants to read it.
fn large() -> &'static str {
    format!("SELECT '{}' FROM nowhere", "x".repeat(3_000_000)).leak()
}

struct Large;

impl sea_orm_migration::MigratorTrait for Large {
    fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        vec![Box::new(crate::service::Statements {
            name: "m1",
            up: Box::leak(Box::new([large()])),
            down: &[],
            transaction: None,
        })]
    }
}

migrator!(
    Secret,
    "m1": [
        "DO $$BEGIN EXECUTE 'ALTER ROLE nobody_here PASSWORD ''s3cret'''; END$$",
    ] / [],
);
migrator!(
    SecretUrl,
    "m1": ["SELECT dblink('postgres://ann:s3cret@db/app')"] / [],
);

#[tokio::test]
async fn the_first_failure_is_in_the_history_short_and_without_secrets() {
    for service in [orders::<Large>(), orders::<Secret>(), orders::<SecretUrl>()] {
        let database = Database::create();
        let connection = connect(&database).await;
        let (_, result) = up_with(&connection, &service, 0, Extent::All).await;
        let error = result.unwrap_err();
        let told = toolkit_runtime::Failure::from(&error).message;
        assert!(told.len() < 5_000, "{}", told.len());
        assert!(!told.contains("s3cret"), "{told}");
        let rows = history(&connection, &service, None).await.unwrap();
        assert_eq!(rows[0].state, LedgerState::Failed);
        let kept = rows[0].error.clone().unwrap();
        assert!(kept.len() < 5_000 && kept.contains("statement: "), "{kept}");
        assert!(!kept.contains("s3cret"), "{kept}");
    }
}
