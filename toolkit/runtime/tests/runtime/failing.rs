//! Migrations that fail.

use sea_orm::ConnectionTrait;
use toolkit_runtime::{Connection, Direction, Error, Extent, Failure};
use toolkit_testkit::Database;

use crate::service::{connect, migrator, orders, run, tables};

migrator!(
    SecondStatementFails,
    "m1_orders": ["CREATE TABLE orders (id int)"] / ["DROP TABLE orders"],
    "m2_lines": [
        "CREATE TABLE lines (id int)",
        "ALTER TABLE line ADD COLUMN price int",
    ] / ["DROP TABLE lines"],
    "m3_more": ["CREATE TABLE more (id int)"] / [],
);

#[tokio::test]
async fn a_failing_migration_leaves_nothing_of_itself_and_says_what_to_do() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<SecondStatementFails>();
    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await;

    assert_eq!(report.names(Direction::Up), ["m1_orders"]);
    assert_eq!(
        tables(&connection, "orders").await,
        "orders,seaql_migrations,toolkit_ledger"
    );
    let error = result.unwrap_err();
    assert!(!error.is_refusal());
    let Failure { message, hint, .. } = Failure::from(&error);
    assert_eq!(
        message,
        "migration m2_lines of orders failed\n  statement: ALTER TABLE line ADD COLUMN price int: \
         relation \"line\" does not exist (SQLSTATE 42P01)"
    );
    let hint = hint.unwrap();
    assert!(
        hint.starts_with("nothing of this run of the migration is left in the database"),
        "{hint}"
    );
    assert!(
        hint.contains("applied before it, and kept: m1_orders"),
        "{hint}"
    );
    assert!(hint.contains("not applied: m3_more"), "{hint}");
}

migrator!(
    NamesARole,
    "m1_orders": ["CREATE TABLE orders (id int)"] / ["DROP TABLE orders"],
    "m2_grant": ["GRANT SELECT ON orders TO \"Nobody's role\""] / [],
);

#[tokio::test]
async fn a_role_that_is_missing_is_the_servers_and_made_where_there_is_nobody_else() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<NamesARole>();
    let up = async |connection: &Connection| {
        let run = run(connection, &service, async |runner, report| {
            runner.up(report, &Extent::All).await
        });
        run.await.1
    };
    if toolkit_testkit::server("a_role_that_is_missing").is_some() {
        let hint = Failure::from(&up(&connection).await.unwrap_err()).hint;
        let hint = hint.unwrap();
        assert!(hint.contains("CREATE ROLE \"Nobody's role\""), "{hint}");
    }
    // As to an embedded database.
    let connection = connection.alone();
    up(&connection).await.unwrap();
    assert!(up(&connection).await.is_ok());
    let ended = "DROP OWNED BY \"Nobody's role\"; DROP ROLE \"Nobody's role\"";
    connection.db().execute_unprepared(ended).await.unwrap();
}

migrator!(
    OutsideFails,
    outside "m1_both": [
        "CREATE TABLE orders (id int)",
        "CREATE INDEX CONCURRENTLY nowhere ON line (id)",
    ] / [],
);

#[tokio::test]
async fn a_failure_outside_a_transaction_says_that_something_may_be_left() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<OutsideFails>();
    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await;

    assert_eq!(report.migrations, []);
    assert_eq!(
        tables(&connection, "orders").await,
        "orders,seaql_migrations,toolkit_ledger"
    );
    let hint = result.unwrap_err().hint().unwrap();
    assert!(hint.contains("for it runs without a transaction"), "{hint}");
}

migrator!(
    Outside,
    "m1_orders": ["CREATE TABLE orders (id int)"] / ["DROP TABLE orders"],
    outside "m2_index": ["CREATE INDEX CONCURRENTLY orders_id ON orders (id)"]
        / ["DROP INDEX CONCURRENTLY orders_id"],
);

#[tokio::test]
async fn a_migration_may_run_outside_a_transaction_and_leaves_the_session_as_it_was() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Outside>();
    let before = crate::service::text(&connection, "SHOW search_path").await;
    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::All).await?;
        runner.up(report, &Extent::All).await
    })
    .await;

    result.unwrap();
    assert_eq!(
        report.names(Direction::Up),
        ["m1_orders", "m2_index", "m1_orders", "m2_index"]
    );
    assert_eq!(
        crate::service::text(&connection, "SHOW search_path").await,
        before
    );
    let locks = "SELECT count(*)::text FROM pg_locks JOIN pg_database AS d ON d.oid = database \
                 WHERE locktype = 'advisory' AND datname = current_database()";
    assert_eq!(crate::service::text(&connection, locks).await, "0");
}

migrator!(NoDown, "m1_orders": ["CREATE TABLE orders (id int)"] / ["SELECT no_way_back()"]);

#[tokio::test]
async fn a_failing_down_leaves_the_migration_applied() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<NoDown>();
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::All).await
    })
    .await;

    let error = result.unwrap_err();
    let Error::Migration(failure) = &error else {
        panic!("{error}")
    };
    assert_eq!(failure.direction, Direction::Down);
    assert!(
        error.to_string().contains("could not be rolled back"),
        "{error}"
    );
    assert_eq!(
        tables(&connection, "orders").await,
        "orders,seaql_migrations,toolkit_ledger"
    );
}

struct Panics;

impl sea_orm_migration::MigrationName for Panics {
    fn name(&self) -> &'static str {
        "m1_panics"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl sea_orm_migration::MigrationTrait for Panics {
    async fn up(&self, _: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm::DbErr> {
        panic!("not written yet")
    }
}

struct Panicking;

impl sea_orm_migration::MigratorTrait for Panicking {
    fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        vec![Box::new(Panics)]
    }
}

#[tokio::test]
async fn a_migration_that_panics_fails_like_any_other() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Panicking>();
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await;
    let Failure { message, .. } = Failure::from(&result.unwrap_err());
    assert_eq!(
        message,
        "migration m1_panics of orders failed: the migration panicked: not written yet"
    );
}

migrator!(Twice, "m1": ["CREATE TABLE a (id int)"] / [], "m1": [] / []);

#[tokio::test]
async fn fresh_of_a_list_that_is_wrong_drops_nothing() {
    let database = Database::create();
    let connection = connect(&database).await;
    let once = orders::<NoDown>();
    run(&connection, &once, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
    .unwrap();
    let twice = orders::<Twice>();
    let (_, result) = run(&connection, &twice, async |runner, report| {
        runner.fresh(report).await
    })
    .await;
    assert!(matches!(result, Err(Error::DuplicateMigration { .. })));
    assert_eq!(
        tables(&connection, "orders").await,
        "orders,seaql_migrations,toolkit_ledger"
    );
}
