//! What is recorded against what the code lists, and SeaORM's own view of the same table.

use sea_orm::{ConnectOptions, Database as SeaDatabase, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use toolkit_runtime::{
    Direction, Error, Extent, Runner, Service, Settings, Silent, Standing, State,
};
use toolkit_testkit::Database;

use crate::service::{connect, migrator, orders, run, tables};

migrator!(
    Whole,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m2_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
    "m3_c": ["CREATE TABLE c (id int)"] / ["DROP TABLE c"],
);

migrator!(
    WithoutTheSecond,
    "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"],
    "m3_c": ["CREATE TABLE c (id int)"] / ["DROP TABLE c"],
);

async fn up(connection: &toolkit_runtime::Connection, service: &Service) -> Result<(), Error> {
    run(connection, service, async |runner, report| {
        runner.up(report, &Extent::All).await
    })
    .await
    .1
}

#[tokio::test]
async fn a_migration_inserted_below_an_applied_one_is_refused_unless_allowed() {
    let database = Database::create();
    let connection = connect(&database).await;
    up(&connection, &orders::<WithoutTheSecond>())
        .await
        .unwrap();

    let error = up(&connection, &orders::<Whole>()).await.unwrap_err();
    assert!(error.is_refusal());
    assert_eq!(
        error.to_string(),
        "orders: not applied, although m3_c behind it is: m2_b"
    );
    assert_eq!(
        tables(&connection, "orders").await,
        "a,c,seaql_migrations,toolkit_ledger"
    );

    let settings = Settings {
        allow_out_of_order: true,
        ..Settings::default()
    };
    let service = orders::<Whole>();
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    runner
        .up(&mut toolkit_runtime::Report::default(), &Extent::All)
        .await
        .unwrap();
    assert_eq!(
        tables(&connection, "orders").await,
        "a,b,c,seaql_migrations,toolkit_ledger"
    );
}

#[tokio::test]
async fn an_applied_migration_that_the_code_lacks_is_refused_and_shown() {
    let database = Database::create();
    let connection = connect(&database).await;
    up(&connection, &orders::<Whole>()).await.unwrap();

    let service = orders::<WithoutTheSecond>();
    let error = up(&connection, &service).await.unwrap_err();
    assert!(error.is_refusal());
    assert!(
        error.to_string().contains("missing from the code: m2_b"),
        "{error}"
    );
    let standing = Standing::read(&connection, &service).await.unwrap();
    assert_eq!(standing.names(State::Missing), ["m2_b"]);
}

migrator!(Twice, "m1_a": [] / [], "m1_a": [] / []);

#[tokio::test]
async fn a_name_that_is_listed_twice_is_an_error() {
    let database = Database::create();
    let connection = connect(&database).await;
    let error = up(&connection, &orders::<Twice>()).await.unwrap_err();
    assert_eq!(error.to_string(), "orders: the migrator lists m1_a twice");
}

#[tokio::test]
async fn extents_are_honoured_both_ways() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Whole>();
    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::Count(1)).await?;
        runner.up(report, &Extent::To("m2_b".to_owned())).await?;
        runner.up(report, &Extent::All).await?;
        runner.down(report, &Extent::To("m2_b".to_owned())).await?;
        runner.down(report, &Extent::Count(1)).await?;
        runner.down(report, &Extent::Count(99)).await
    })
    .await;
    result.unwrap();
    assert_eq!(report.names(Direction::Up), ["m1_a", "m2_b", "m3_c"]);
    assert_eq!(report.names(Direction::Down), ["m3_c", "m2_b", "m1_a"]);

    let unknown = Extent::To("m9".to_owned());
    let (_, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &unknown).await
    })
    .await;
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "orders has no migration m9");
    assert_eq!(error.hint().unwrap(), "there are: m1_a, m2_b, m3_c");
}

#[tokio::test]
async fn reset_drops_the_migrations_table_and_refresh_applies_everything_again() {
    let database = Database::create();
    let connection = connect(&database).await;
    let service = orders::<Whole>();
    let (report, result) = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await?;
        runner.refresh(report).await
    })
    .await;
    result.unwrap();
    assert_eq!(report.names(Direction::Down), ["m3_c", "m2_b", "m1_a"]);
    assert_eq!(report.names(Direction::Up).len(), 6);

    run(&connection, &service, async |runner, report| {
        runner.reset(report).await
    })
    .await
    .1
    .unwrap();
    assert_eq!(tables(&connection, "orders").await, "");
}

#[tokio::test]
async fn seaorms_own_migrator_and_ours_read_each_others_state() {
    let database = Database::create();
    let ours = connect(&database).await;
    let service = orders::<Whole>();
    let first_two = Extent::Count(2);
    run(&ours, &service, async |runner, report| {
        runner.up(report, &first_two).await
    })
    .await
    .1
    .unwrap();
    // The embedded server takes one connection at a time.
    ours.close().await;

    let theirs = seaorm(&database).await;
    let pending = Whole::get_pending_migrations(&theirs).await.unwrap();
    assert_eq!(
        pending
            .iter()
            .map(sea_orm_migration::Migration::name)
            .collect::<Vec<_>>(),
        ["m3_c"]
    );
    Whole::up(&theirs, None).await.unwrap();
    Whole::down(&theirs, Some(1)).await.unwrap();
    Whole::up(&theirs, None).await.unwrap();
    theirs.close().await.unwrap();

    let ours = connect(&database).await;
    let standing = Standing::read(&ours, &service).await.unwrap();
    assert_eq!(standing.names(State::Applied), ["m1_a", "m2_b", "m3_c"]);
}

/// A connection as SeaORM's documentation makes it for a schema.
async fn seaorm(database: &Database) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database.url());
    options.set_schema_search_path("orders").max_connections(1);
    SeaDatabase::connect(options).await.unwrap()
}

#[tokio::test]
async fn reading_the_state_writes_nothing() {
    let database = Database::create();
    let connection = connect(&database).await;
    let standing = Standing::read(&connection, &orders::<Whole>())
        .await
        .unwrap();
    assert_eq!(standing.pending(), ["m1_a", "m2_b", "m3_c"]);
    assert!(!standing.schema_exists);
    let schemas = "SELECT count(*)::text FROM pg_namespace WHERE nspname = 'orders'";
    assert_eq!(crate::service::text(&connection, schemas).await, "0");
}
