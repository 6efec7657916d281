//! Migrations whose text changed after they were applied.

use toolkit_runtime::{
    Connection, Entry, Error, Extent, Lockfile, Report, Service, Standing, State, checksum,
};
use toolkit_testkit::Database;

use crate::service::{connect, migrator, orders, run, tables};

migrator!(
    Two,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

fn entry(name: &str, text: &str) -> Entry {
    Entry::new(name, &checksum(text.as_bytes()))
}

/// The service whose lock file has these entries.
fn locked(entries: impl IntoIterator<Item = Entry>) -> Service {
    let text = Lockfile::from_iter(entries).to_string();
    orders::<Two>().lock(text.leak())
}

async fn up(connection: &Connection, service: &Service) -> (Report, Result<(), Error>) {
    run(connection, service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
}

#[tokio::test]
async fn a_migration_edited_after_it_was_applied_is_refused_until_it_is_accepted() {
    let database = Database::create();
    let connection = connect(&database).await;
    let before = locked([entry("m1_a", "one")]);
    let (_, result) = run(&connection, &before, async |runner, report| {
        runner.up(report, &Extent::Count(1)).await
    })
    .await;
    result.unwrap();

    let edited = locked([entry("m1_a", "another"), entry("m2_b", "two")]);
    let (report, result) = up(&connection, &edited).await;
    let error = result.unwrap_err();
    assert!(error.is_refusal());
    assert_eq!(
        error.to_string(),
        "orders: edited after being applied: m1_a"
    );
    let hint = error.hint().unwrap();
    let remedy = format!("toolkit lock --accept m1_a={}", checksum(b"one"));
    assert!(hint.ends_with(&remedy), "{hint}");
    assert_eq!(report.migrations, []);
    assert_eq!(
        tables(&connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );
    let standing = Standing::read(&connection, &edited).await.unwrap();
    assert_eq!(standing.names(State::Edited), ["m1_a"]);

    let mut accepted = entry("m1_a", "another");
    accepted.accepted.push(checksum(b"one"));
    let accepted = locked([accepted, entry("m2_b", "two")]);
    let (report, result) = up(&connection, &accepted).await;
    result.unwrap();
    assert_eq!(report.migrations.len(), 1);
}

#[tokio::test]
async fn what_was_applied_without_a_lock_file_or_by_another_migrator_is_not_called_edited() {
    let database = Database::create();
    let connection = connect(&database).await;
    up(&connection, &orders::<Two>()).await.1.unwrap();
    let service = locked([entry("m1_a", "one"), entry("m2_b", "two")]);
    up(&connection, &service).await.1.unwrap();

    // SeaORM's migrator rolls back and applies another text; the ledger's row is about the old one.
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.down(report, &Extent::All).await?;
        runner.up(report, &Extent::All).await
    })
    .await;
    result.unwrap();
    let sql = "UPDATE orders.seaql_migrations SET applied_at = applied_at + 100";
    let db = connection.db();
    sea_orm::ConnectionTrait::execute_unprepared(db, sql)
        .await
        .unwrap();
    let service = locked([entry("m1_a", "rewritten"), entry("m2_b", "two")]);
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1_a", "m2_b"]);
}
