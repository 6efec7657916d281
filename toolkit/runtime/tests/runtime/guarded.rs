//! What migrations and other runners do that a runner must not be fooled by.

use sea_orm::ConnectionTrait;
use toolkit_runtime::{
    Connection, Error, Extent, LedgerState, Resolution, Service, Standing, State, history,
};
use toolkit_testkit::{Database, server};

use crate::service::{connect, migrator, orders, run, tables, text};

async fn up(connection: &Connection, service: &Service) -> Result<(), Error> {
    run(connection, service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
}

migrator!(
    EndsItsTransaction,
    "m1": ["CREATE TABLE a (id int); COMMIT", "INSERT INTO a VALUES (1)"] / [],
);
migrator!(
    EndsItAndFails,
    "m1": ["CREATE TABLE a (id int)", "COMMIT", "SELECT wrong"] / [],
);
migrator!(
    EndsItAndBeginsAnother,
    "m1": ["CREATE TABLE a (id int); COMMIT; BEGIN", "SELECT wrong"] / [],
);

#[tokio::test]
async fn a_migration_that_ends_its_transaction_is_unfinished_and_not_run_again() {
    for service in [
        orders::<EndsItsTransaction>(),
        orders::<EndsItAndFails>(),
        orders::<EndsItAndBeginsAnother>(),
    ] {
        let database = Database::create();
        let connection = connect(&database).await;
        let error = up(&connection, &service).await.unwrap_err();
        let told = toolkit_runtime::Failure::from(&error).message;
        assert!(told.contains("ended its transaction itself"), "{told}");
        let hint = error.hint().unwrap();
        assert!(hint.contains("resolve -s orders m1 --retry"), "{hint}");
        assert!(hint.contains(".ends_transaction(\"m1\")"), "{hint}");
        let error = up(&connection, &service).await.unwrap_err();
        assert!(matches!(error, Error::Unfinished { .. }), "{error}");
        let resolved = run(&connection, &service, async |runner, _| {
            runner.resolve("m1", Resolution::Applied).await.map(drop)
        });
        resolved.await.1.unwrap();
        up(&connection, &service).await.unwrap();
    }
}

migrator!(
    LeavesOneOpen,
    outside "m1": ["CREATE TABLE a (id int)", "BEGIN", "CREATE TABLE b (id int)"] / [],
);
migrator!(
    LeavesAnotherOpen,
    outside "m1": ["BEGIN", "CREATE TABLE a (id int); COMMIT; BEGIN;", "CREATE TABLE b (id int)"] / [],
);
migrator!(
    LeavesAFailedOneOpen,
    outside "m1": ["CREATE TABLE a (id int)", "BEGIN; DO 'BEGIN RAISE ''no''; EXCEPTION WHEN OTHERS THEN END'"] / [],
);

#[tokio::test]
async fn a_migration_that_leaves_a_transaction_open_is_not_told_as_applied() {
    for service in [
        orders::<LeavesOneOpen>(),
        orders::<LeavesAnotherOpen>(),
        orders::<LeavesAFailedOneOpen>(),
    ] {
        let database = Database::create();
        let connection = connect(&database).await;
        let error = up(&connection, &service).await.unwrap_err();
        let told = toolkit_runtime::Failure::from(&error).message;
        assert!(told.contains("left a transaction open"), "{told}");
        let hint = error.hint().unwrap();
        assert!(hint.contains(".ends_transaction(\"m1\")"), "{hint}");
        let standing = Standing::read(&connection, &service).await.unwrap();
        assert_eq!(standing.names(State::Unfinished), ["m1"]);
        let left = tables(&connection, "orders").await;
        assert_eq!(left, "a,seaql_migrations,toolkit_ledger");
    }
}

migrator!(
    Ends,
    "m1": ["CREATE TYPE t AS ENUM ('a'); CREATE TABLE a (t t)"] / ["DROP TABLE a; DROP TYPE t"],
    "m2": ["ALTER TYPE t ADD VALUE 'b'", "COMMIT; BEGIN;", "INSERT INTO a VALUES ('b')"]
        / ["DELETE FROM a"],
    "m3": ["COMMIT", "VACUUM a"] / [],
    outside "m4": ["BEGIN", "CREATE TABLE c (id int)", "COMMIT; BEGIN", "CREATE TABLE d (id int)"] / [],
    "m5": ["INSERT INTO c VALUES (1)"] / [],
);

#[tokio::test]
async fn a_migration_that_is_said_to_end_its_transaction_is_applied_with_its_record() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = ["m2", "m3", "m4"]
        .into_iter()
        .fold(orders::<Ends>(), Service::ends_transaction);
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::Count(4)).await
    })
    .await;
    result.unwrap();
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1"]);
    let left = tables(&connection, "orders").await;
    assert_eq!(left, "a,c,d,seaql_migrations,toolkit_ledger");
    assert_eq!(text(&connection, "SHOW lock_timeout").await, "0");
    let squashed = orders::<Ends>().squashed("m1", &["m0"]);
    let squashed = squashed.ends_transaction("m0");
    assert!(Standing::read(&connection, &squashed).await.is_ok());
    let error = up(&connection, &orders::<Ends>().ends_transaction("m9")).await;
    assert!(matches!(error, Err(Error::UnknownMigration { .. })));
}

migrator!(
    EndsAndFails,
    "m1": ["CREATE TABLE a (id int)", "COMMIT; BEGIN", "CREATE TABLE b (id int)", "SELECT wrong"] / [],
);

#[tokio::test]
async fn one_that_ends_its_transaction_and_fails_is_unfinished() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<EndsAndFails>().ends_transaction("m1");
    let error = up(&connection, &service).await.unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.contains("resolve -s orders m1 --retry"), "{hint}");
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Unfinished), ["m1"]);
    let left = tables(&connection, "orders").await;
    assert_eq!(left, "a,seaql_migrations,toolkit_ledger");
}

migrator!(
    Procedure,
    "m1": ["CREATE TABLE a (id int)"] / [],
    outside "m2": ["DO $$BEGIN INSERT INTO a VALUES (1); COMMIT; RAISE 'halfway'; END$$"] / [],
);

#[tokio::test]
async fn a_first_statement_that_may_have_committed_something_is_unfinished() {
    let Some(cluster) = server("a_first_statement_that_may_have_committed_something") else {
        return;
    };
    let database = cluster.database();
    let connection = connect(&database).await;
    let service = orders::<Procedure>();
    up(&connection, &service).await.unwrap_err();
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Unfinished), ["m2"]);
}

migrator!(
    Two,
    "m1": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

#[tokio::test]
async fn reset_leaves_what_the_ledger_says_of_another_service() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Two>();
    up(&connection, &service).await.unwrap();
    let sql = "INSERT INTO orders.toolkit_ledger (id, run, service, migration, direction, state, \
               transactional, started_at, host, version) \
               SELECT 100, run, 'other', 'x', 'up', 'started', false, now(), '', '' \
               FROM orders.toolkit_ledger LIMIT 1";
    connection.db().execute_unprepared(sql).await.unwrap();
    let reset = run(&connection, &service, async |runner, report| {
        runner.reset(report).await
    });
    let (report, result) = reset.await;
    result.unwrap();
    assert!(report.books_dropped);
    let left = "SELECT string_agg(service, ',') FROM orders.toolkit_ledger";
    assert_eq!(text(&connection, left).await, "other");
    assert_eq!(tables(&connection, "orders").await, "toolkit_ledger");
}

#[tokio::test]
async fn a_clock_that_was_ahead_does_not_change_the_way_back() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Two>();
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::Count(1)).await?;
        let sql = "UPDATE orders.seaql_migrations SET applied_at = applied_at + 3600";
        connection.db().execute_unprepared(sql).await.unwrap();
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::Count(1)).await
    })
    .await;
    result.unwrap();
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1"]);
}

migrator!(
    SetsThings,
    "m1": [
        "CREATE TABLE a (id int)",
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "SET statement_timeout = '1h'",
    ] / [],
    "m2": ["ALTER TABLE a ADD COLUMN b int"] / [],
);

#[tokio::test]
async fn what_a_migration_sets_for_its_session_ends_with_it() {
    let database = Database::create();
    let connection = connect(&database).await;
    let before = text(&connection, "SHOW search_path").await;
    up(&connection, &orders::<SetsThings>()).await.unwrap();
    assert_eq!(text(&connection, "SHOW search_path").await, before);
    assert_eq!(text(&connection, "SHOW statement_timeout").await, "0");
}

migrator!(
    Outside,
    "m1": ["CREATE TABLE a (id int)"] / [],
    outside "m2": ["CREATE INDEX CONCURRENTLY a_id ON a (id)"] / [],
);

#[tokio::test]
async fn a_role_that_only_reads_by_default_migrates_outside_a_transaction_too() {
    let Some(cluster) = server("a_role_that_only_reads_by_default") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    for setting in [
        "default_transaction_read_only = on",
        "default_transaction_isolation = 'serializable'",
    ] {
        cluster.psql("postgres", &format!("ALTER DATABASE {name} SET {setting}"));
    }
    let connection = connect(&database).await;
    up(&connection, &orders::<Outside>()).await.unwrap();
}

#[tokio::test]
async fn a_role_that_may_not_read_the_ledger_still_sees_what_is_applied() {
    let Some(cluster) = server("a_role_that_may_not_read_the_ledger") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let service = orders::<Two>();
    up(&connect(&database).await, &service).await.unwrap();
    let role = format!("reader_{name}");
    cluster.psql(
        name,
        &format!(
            "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA orders TO {role}; \
             GRANT SELECT ON orders.seaql_migrations TO {role}"
        ),
    );
    let url = cluster.url(&role, name).parse().unwrap();
    let reader = Connection::open(&url, "test").await.unwrap();
    let standing = Standing::read(&reader, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1", "m2"]);
}

#[tokio::test]
async fn states_of_a_newer_version_stop_a_run_and_not_the_history() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Two>();
    up(&connection, &service).await.unwrap();
    let sql = "ALTER TABLE orders.toolkit_ledger DROP CONSTRAINT toolkit_ledger_state_check; \
               UPDATE orders.toolkit_ledger SET state = 'paused' WHERE migration = 'm2'";
    connection.db().execute_unprepared(sql).await.unwrap();
    let rows = history(&connection, &service, None).await.unwrap();
    assert_eq!(rows[0].state, LedgerState::Unfinished);
    let error = up(&connection, &service).await.unwrap_err();
    assert!(matches!(error, Error::Unfinished { .. }), "{error}");
}
