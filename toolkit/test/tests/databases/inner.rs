//! Tests as users write them. Those of `main.rs` run them in processes of their own, whose server they choose.

use std::{io::Write, time::Duration};

use rstest::{fixture, rstest};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use toolkit_test::TestDatabase;

use crate::service::{broken, kitchen, pantry};

const WHY: &str = "tests of main.rs run it";

async fn text(db: &DatabaseConnection, sql: &str) -> String {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Tells the process that runs this where the test is, whatever the harness keeps.
async fn tell(db: &DatabaseConnection) {
    let name = text(db, "SELECT current_database()::text").await;
    let drawn = text(db, "SELECT drawn::text FROM \"Kitchen\".runs").await;
    writeln!(std::io::stderr(), "told {name} {drawn}").unwrap();
}

async fn cook(db: &DatabaseConnection) {
    tell(db).await;
    let sql = "INSERT INTO dishes (name, course) VALUES ('soup', 'starter'::course)";
    db.execute_unprepared(sql).await.unwrap();
    assert_eq!(text(db, "SELECT count(*)::text FROM dishes").await, "1");
}

macro_rules! cooks {
    ($($name:ident)*) => {
        $(
            #[toolkit_test::test(service = kitchen)]
            #[ignore = "tests of main.rs run it"]
            async fn $name(db: DatabaseConnection) {
                cook(&db).await;
            }
        )*
    };
}

cooks!(cooks_1 cooks_2 cooks_3 cooks_4 cooks_5 cooks_6);

#[toolkit_test::test(service = kitchen)]
#[ignore = "tests of main.rs run it"]
async fn ends_in_one_way_panic(db: DatabaseConnection) {
    tell(&db).await;
    db.execute_unprepared("INSERT INTO dishes (name) VALUES ('burnt')")
        .await
        .unwrap();
    assert!(std::env::var_os("PASSES").is_some(), "the dish is burnt");
}

#[toolkit_test::test(service = kitchen)]
#[ignore = "tests of main.rs run it"]
async fn ends_in_one_way_error(db: DatabaseConnection) -> Result<(), DbErr> {
    tell(&db).await;
    db.execute_unprepared("SELECT no_such_column").await?;
    Ok(())
}

#[toolkit_test::test(service = kitchen)]
#[ignore = "tests of main.rs run it"]
#[should_panic(expected = "as it should")]
async fn ends_well_with_a_panic(db: DatabaseConnection) {
    tell(&db).await;
    panic!("as it should");
}

#[toolkit_test::test(service = kitchen)]
#[ignore = "tests of main.rs run it"]
async fn ends_well_with_a_result(db: DatabaseConnection) -> Result<(), DbErr> {
    tell(&db).await;
    // A task that outlives the test holds a connection of it.
    tokio::spawn(async move { db.execute_unprepared("SELECT pg_sleep(30)").await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(())
}

#[toolkit_test::test(services = [kitchen, pantry], flavor = "multi_thread", worker_threads = 2)]
#[ignore = "tests of main.rs run it"]
async fn has_several_connections(
    kitchen: DatabaseConnection,
    pantry: DatabaseConnection,
    all: TestDatabase,
) {
    let path = "SELECT current_schemas(false)::text";
    assert_eq!(text(&kitchen, path).await, "{Kitchen,public}");
    assert_eq!(text(&pantry, path).await, "{pantry,public}");
    assert_eq!(
        text(all.connection(), path).await,
        "{Kitchen,pantry,public}"
    );
    let pantry = all.connection_of("pantry").await.unwrap();
    assert_eq!(text(&pantry, path).await, "{pantry,public}");
    let error = all.connection_of("cellar").await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the database has no service cellar: it has kitchen, pantry"
    );
}

#[toolkit_test::test(services = [kitchen, pantry])]
#[ignore = "tests of main.rs run it"]
async fn has_one_connection_for_several_services(db: DatabaseConnection) {
    let path = text(&db, "SELECT current_schemas(false)::text").await;
    assert_eq!(path, "{Kitchen,pantry,public}");
}

async fn dessert(db: &DatabaseConnection) -> Result<(), DbErr> {
    let sql = "INSERT INTO dishes (name) VALUES ('cake')";
    db.execute_unprepared(sql).await.map(drop)
}

#[toolkit_test::test(service = kitchen, fixtures("dishes", dessert))]
#[ignore = "tests of main.rs run it"]
async fn has_fixtures(db: DatabaseConnection) {
    let names = "SELECT string_agg(name, ' ' ORDER BY name) FROM dishes";
    assert_eq!(text(&db, names).await, "cake salad soup");
}

/// The second one has the same keys.
#[toolkit_test::test(service = kitchen, fixtures("dishes", "dishes"))]
#[ignore = "tests of main.rs run it"]
async fn has_a_fixture_that_fails(_: DatabaseConnection) {}

#[tokio::test]
#[ignore = "tests of main.rs run it"]
async fn is_a_test_of_tokio() {
    let database = TestDatabase::create(&[kitchen()]).await.unwrap();
    cook(database.connection()).await;
}

#[tokio::test]
#[ignore = "tests of main.rs run it"]
async fn is_a_test_of_tokio_that_fails() {
    let database = TestDatabase::create(&[kitchen()]).await.unwrap();
    cook(database.connection()).await;
    panic!("{WHY}");
}

#[fixture]
async fn kitchen_database() -> TestDatabase {
    TestDatabase::create(&[kitchen()]).await.unwrap()
}

#[rstest]
#[case("main")]
#[case("starter")]
#[tokio::test]
#[ignore = "tests of main.rs run it"]
async fn is_a_test_of_rstest(
    #[future(awt)]
    #[from(kitchen_database)]
    database: TestDatabase,
    #[case] course: &str,
) {
    let sql = format!("INSERT INTO dishes VALUES ('soup', '{course}')");
    database
        .connection()
        .execute_unprepared(&sql)
        .await
        .unwrap();
    tell(database.connection()).await;
}

#[toolkit_test::test(service = broken)]
#[ignore = "tests of main.rs run it"]
async fn has_a_migration_that_fails(_: DatabaseConnection) {}

/// Killed, it leaves its database.
#[toolkit_test::test(service = kitchen)]
#[ignore = "tests of main.rs run it"]
async fn is_killed(db: DatabaseConnection) {
    tell(&db).await;
    std::process::abort();
}

/// It has no session in its database meanwhile.
#[toolkit_test::test(service = kitchen)]
#[ignore = "tests of main.rs run it"]
async fn goes_on_until_its_input_ends(database: TestDatabase) {
    tell(database.connection()).await;
    database.disconnect().await;
    std::io::read_to_string(std::io::stdin()).unwrap();
    let again = sea_orm::Database::connect(database.url().expose()).await;
    again.expect("the database is there").close().await.unwrap();
}
