//! A service that migrates itself with its own pool, and SeaORM's `MigratorTrait` by our runner.

use std::time::Duration;

use sea_orm::{ConnectOptions, Database as Pool, DatabaseConnection, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use toolkit_runtime::{Connection, Error, Extent, Guarded, Report, Service, Settings};
use toolkit_testkit::{Database, server};

use crate::service::{connect, migrator, orders, run, tables, text};

migrator!(
    Slow,
    "m1": ["CREATE TABLE a (id int)", "SELECT pg_sleep(0.3)"] / ["DROP TABLE a"],
    "m2": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);
migrator!(
    Fails,
    "m1": ["CREATE TABLE a (id int)", "SELECT wrong"] / [],
);

async fn pool(database: &Database) -> DatabaseConnection {
    let options = ConnectOptions::new(database.url());
    Pool::connect(options).await.unwrap()
}

#[tokio::test]
async fn replicas_that_migrate_themselves_at_once_apply_each_migration_once() {
    let Some(cluster) = server("replicas_that_migrate_themselves_at_once") else {
        return;
    };
    let database = cluster.database();
    let replicas = (0..8).map(|_| {
        let url = database.url();
        tokio::spawn(async move {
            let db = Pool::connect(url).await.unwrap();
            orders::<Slow>()
                .migrate(&db)
                .await
                .unwrap()
                .migrations
                .len()
        })
    });
    let mut applied = 0;
    for replica in replicas.collect::<Vec<_>>() {
        applied += replica.await.unwrap();
    }
    assert_eq!(applied, 2);

    let settings = Settings {
        wait: Duration::from_secs(1),
        ..Settings::default()
    };
    let db = pool(&database).await;
    let again = orders::<Slow>().migrate_with(&db, &settings).await.unwrap();
    assert_eq!(again, Report::default());
    // The pool is as it was: nothing of the run is left in its sessions.
    let connection = connect(&database).await;
    assert_eq!(
        tables(&connection, "orders").await,
        "a,b,seaql_migrations,toolkit_ledger"
    );
    let error = orders::<Fails>().migrate(&db).await.unwrap_err();
    assert!(error.hint().is_some(), "{error}");
}

#[tokio::test]
async fn what_is_no_pool_of_postgresql_is_refused() {
    let error = orders::<Slow>()
        .migrate(&DatabaseConnection::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Connect(_)), "{error}");
    assert!(error.hint().unwrap().contains("postgres://"), "{error}");
}

#[tokio::test]
async fn sixteen_boots_of_seaorms_migrator_apply_each_migration_once() {
    let Some(cluster) = server("sixteen_boots_of_seaorms_migrator") else {
        return;
    };
    let database = cluster.database();
    let boots = (0..16).map(|_| {
        let url = database.url();
        tokio::spawn(async move {
            let db = Pool::connect(url).await.unwrap();
            Guarded::<Slow>::up(&db, None).await
        })
    });
    for boot in boots.collect::<Vec<_>>() {
        boot.await.unwrap().unwrap();
    }
    let connection = connect(&database).await;
    let applied = "SELECT count(*)::text FROM public.toolkit_ledger WHERE direction = 'up'";
    assert_eq!(text(&connection, applied).await, "2");

    let db = pool(&database).await;
    Guarded::<Slow>::down(&db, Some(1)).await.unwrap();
    assert_eq!(
        tables(&connection, "public").await,
        "a,seaql_migrations,toolkit_ledger"
    );
    Guarded::<Slow>::fresh(&db).await.unwrap();
    // SeaORM's own reads what was done.
    assert!(Slow::get_pending_migrations(&db).await.unwrap().is_empty());
    Guarded::<Slow>::reset(&db).await.unwrap();
    assert_eq!(tables(&connection, "public").await, "");

    // Its transactions are its own.
    let transaction = db.begin().await.unwrap();
    let error = Guarded::<Slow>::up(&transaction, None).await.unwrap_err();
    assert!(error.to_string().contains("DatabaseConnection"), "{error}");
    transaction.rollback().await.unwrap();
    let error = Guarded::<Fails>::up(&db, None).await.unwrap_err();
    assert!(error.to_string().contains("wrong"), "{error}");
}

#[tokio::test]
async fn the_first_schema_of_the_pool_is_the_guarded_one() {
    let Some(cluster) = server("the_first_schema_of_the_pool") else {
        return;
    };
    let database = cluster.database();
    cluster.psql(database.name(), "CREATE SCHEMA \"Mine\"");
    let mut options = ConnectOptions::new(database.url());
    options.set_schema_search_path("\"Mine\"");
    let db = Pool::connect(options).await.unwrap();
    Guarded::<Slow>::up(&db, None).await.unwrap();
    let connection = connect(&database).await;
    assert_eq!(
        tables(&connection, "Mine").await,
        "a,b,seaql_migrations,toolkit_ledger"
    );
    assert_eq!(tables(&connection, "public").await, "");
}

migrator!(
    OneWay,
    "m1": ["CREATE TABLE a (id int, old int)"] / ["DROP TABLE a"],
    "m2": ["ALTER TABLE a DROP old"] / ["SELECT wrong"],
    "m3": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

async fn down(connection: &Connection, service: &Service, extent: Extent) -> Result<(), Error> {
    let done = run(connection, service, async |runner, report| {
        runner.down(report, &extent).await
    });
    done.await.1
}

#[tokio::test]
async fn what_is_irreversible_is_refused_before_anything_is_rolled_back() {
    let service = orders::<OneWay>().irreversible("m2");
    let database = Database::create();
    let connection = connect(&database).await;
    let up = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    });
    up.await.1.unwrap();
    let before = tables(&connection, "orders").await;
    let error = down(&connection, &service, Extent::All).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "orders: m2 cannot be rolled back: it is irreversible"
    );
    assert!(error.is_refusal() && error.hint().is_some());
    assert_eq!(tables(&connection, "orders").await, before);
    // What stands behind it has a way back.
    down(&connection, &service, Extent::Count(1)).await.unwrap();
    assert_ne!(tables(&connection, "orders").await, before);

    let misspelt = orders::<OneWay>().irreversible("m9");
    let up = run(&connection, &misspelt, async |runner, report| {
        runner.up(report, &Extent::All).await
    });
    let error = up.await.1.unwrap_err();
    assert!(matches!(error, Error::UnknownMigration { .. }), "{error}");
}
