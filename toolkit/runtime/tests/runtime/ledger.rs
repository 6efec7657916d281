//! What the ledger keeps.

use toolkit_runtime::{
    Direction, Extent, HistoryRow, LedgerState, Runner, Settings, Silent, history,
};
use toolkit_testkit::Database;

use crate::service::{connect, migrator, orders, run, tables, text};

migrator!(
    Two,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

migrator!(
    SecondFails,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)", "SELECT wrong"] / ["DROP TABLE b"],
);

fn told(rows: &[HistoryRow]) -> Vec<(&str, Direction, LedgerState)> {
    rows.iter()
        .map(|row| (row.migration.as_str(), row.direction, row.state))
        .collect()
}

#[tokio::test]
async fn each_run_of_each_migration_has_a_row_and_the_newest_comes_first() {
    let database = Database::create();
    let connection = connect(&database).await;
    let failing = orders::<SecondFails>();
    run(&connection, &failing, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
    .unwrap_err();
    let service = orders::<Two>();
    run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::Count(1)).await
    })
    .await
    .1
    .unwrap();

    let rows = history(&connection, &service, None).await.unwrap();
    assert_eq!(
        told(&rows),
        [
            ("m2_b", Direction::Down, LedgerState::Finished),
            ("m2_b", Direction::Up, LedgerState::Finished),
            ("m2_b", Direction::Up, LedgerState::Failed),
            ("m1_a", Direction::Up, LedgerState::Finished),
        ]
    );
    let [_, _, failed, first] = rows.as_slice() else {
        panic!("{rows:#?}")
    };
    let error = failed.error.as_deref().unwrap();
    assert!(error.contains("column \"wrong\" does not exist"), "{error}");
    assert!(error.ends_with("statement: SELECT wrong"), "{error}");
    assert_eq!(failed.run, first.run, "one run did both");
    assert_ne!(rows[0].run, first.run);
    assert!(rows.iter().all(|row| row.milliseconds.is_some()));
    assert_eq!(first.role, "postgres");
    assert!(!first.host.is_empty() && !first.version.is_empty());
    let newest = history(&connection, &service, Some(1)).await.unwrap();
    assert_eq!(newest, rows[..1]);
}

#[tokio::test]
async fn who_only_reads_creates_no_ledger() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Two>();
    assert_eq!(history(&connection, &service, None).await.unwrap(), []);
    text(&connection, "SELECT 'the connection is still good'").await;
    assert_eq!(tables(&connection, "orders").await, "");
}

#[tokio::test]
async fn reset_leaves_neither_table() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Two>();
    run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.reset(report).await
    })
    .await
    .1
    .unwrap();
    assert_eq!(tables(&connection, "orders").await, "");
}

#[tokio::test]
async fn a_ledger_in_a_schema_that_two_services_share_keeps_them_apart() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Two>();
    run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
    .unwrap();
    let other = toolkit_runtime::Service::new::<Two>("invoices", "orders");
    assert_eq!(history(&connection, &other, None).await.unwrap(), []);
    let settings = Settings::default();
    let runner = Runner::new(&other, &connection, &settings, &Silent);
    let nothing = &mut toolkit_runtime::Report::default();
    runner.up(nothing, &Extent::All).await.unwrap();
    assert_eq!(nothing.migrations, []);
}
