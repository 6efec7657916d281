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
    let sql = "INSERT INTO orders.toolkit_ledger (run, service, migration, direction, state, \
               transactional, started_at, host, version) \
               SELECT run, 'other', 'x', 'up', 'started', false, now(), '', '' \
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
