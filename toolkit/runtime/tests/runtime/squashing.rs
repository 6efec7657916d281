//! A migration that replaces others, on databases that know the others.

use toolkit_runtime::{Error, Extent, Report, Service, Standing};
use toolkit_testkit::Database;

use crate::service::{connect, migrator, orders, run, tables, text};

migrator!(
    Whole,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
    "m3_c": ["CREATE TABLE c (id int)"] / ["DROP TABLE c"],
);

migrator!(
    Squashed,
    "m2_ab": ["CREATE TABLE a (id int)", "CREATE TABLE b (id int)"] / ["DROP TABLE a, b"],
    "m3_c": ["CREATE TABLE c (id int)"] / ["DROP TABLE c"],
);

fn squashed() -> Service {
    orders::<Squashed>().squashed("m2_ab", &["m1_a", "m2_b"])
}

const ROWS: &str = "SELECT string_agg(version, ',' ORDER BY version) FROM orders.seaql_migrations";

async fn up(
    connection: &toolkit_runtime::Connection,
    service: &Service,
    extent: Extent,
) -> (Report, Result<(), Error>) {
    run(connection, service, async |runner, report| {
        runner.up(report, &extent).await
    })
    .await
}

#[tokio::test]
async fn a_database_with_all_that_was_replaced_goes_on_and_back() {
    let database = Database::create();
    let connection = connect(&database).await;
    up(&connection, &orders::<Whole>(), Extent::All)
        .await
        .1
        .unwrap();
    let standing = Standing::read(&connection, &squashed()).await.unwrap();
    assert!(standing.squashed && standing.pending().is_empty());
    // Reading has recorded nothing.
    assert_eq!(text(&connection, ROWS).await, "m1_a,m2_b,m3_c");

    let (report, outcome) = up(&connection, &squashed(), Extent::All).await;
    outcome.unwrap();
    assert_eq!(report, Report::default());
    assert_eq!(text(&connection, ROWS).await, "m2_ab,m3_c");

    let (report, outcome) = run(&connection, &squashed(), async |runner, report| {
        runner.down(report, &Extent::All).await
    })
    .await;
    outcome.unwrap();
    let names: Vec<&str> = report
        .migrations
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["m3_c", "m2_ab"]);
    assert_eq!(
        tables(&connection, "orders").await,
        "seaql_migrations,toolkit_ledger"
    );
}

#[tokio::test]
async fn a_database_with_some_of_them_is_told_what_to_deploy_first() {
    let database = Database::create();
    let connection = connect(&database).await;
    up(&connection, &orders::<Whole>(), Extent::Count(1))
        .await
        .1
        .unwrap();
    let error = up(&connection, &squashed(), Extent::All)
        .await
        .1
        .unwrap_err();
    assert!(error.is_refusal());
    assert_eq!(
        error.to_string(),
        "orders: m2_ab replaces migrations that are only partly applied; pending of them: m2_b"
    );
    assert_eq!(
        tables(&connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );

    up(&connection, &orders::<Whole>(), Extent::Count(1))
        .await
        .1
        .unwrap();
    up(&connection, &squashed(), Extent::All).await.1.unwrap();
    assert_eq!(
        tables(&connection, "orders").await,
        "a,b,c,seaql_migrations,toolkit_ledger"
    );
    assert_eq!(text(&connection, ROWS).await, "m2_ab,m3_c");
}
