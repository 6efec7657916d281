//! Recording without running.

use toolkit_runtime::{Error, Extent, Report};
use toolkit_testkit::Database;

use crate::service::{connect, migrator, orders, run, tables};

migrator!(
    Whole,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

async fn stamp(
    connection: &toolkit_runtime::Connection,
    names: &[&str],
) -> (Report, Result<(), Error>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    run(connection, &orders::<Whole>(), async |runner, report| {
        runner.stamp(&names, report).await
    })
    .await
}

#[tokio::test]
async fn what_is_stamped_is_recorded_once_and_not_run() {
    let database = Database::create();
    let connection = connect(&database).await;
    let (report, outcome) = stamp(&connection, &["m1_a"]).await;
    outcome.unwrap();
    assert!(report.schema_created);
    assert_eq!(report.migrations.len(), 1);
    assert_eq!(
        tables(&connection, "orders").await,
        "seaql_migrations,toolkit_ledger"
    );

    let (report, outcome) = stamp(&connection, &["m1_a"]).await;
    outcome.unwrap();
    assert_eq!(report, Report::default());

    run(&connection, &orders::<Whole>(), async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
    .unwrap();
    assert_eq!(
        tables(&connection, "orders").await,
        "b,seaql_migrations,toolkit_ledger"
    );
}

#[tokio::test]
async fn a_stamp_that_fails_midway_records_nothing() {
    let database = Database::create();
    let connection = connect(&database).await;
    let (report, outcome) = stamp(&connection, &["m1_a", "m2_b", "m2_b"]).await;
    assert!(outcome.is_err());
    assert!(report.migrations.is_empty());
    assert_eq!(tables(&connection, "orders").await, "");
}
