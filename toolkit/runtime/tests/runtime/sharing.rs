//! Several runners, roles and settings on one server.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use toolkit_runtime::{Connection, Error, Extent, Report, Runner, Settings, Silent};
use toolkit_testkit::server;

use crate::service::{connect, migrator, orders, run, tables, text, up_at_once};

migrator!(
    Slow,
    "m1_a": ["CREATE TABLE a (id int)", "SELECT pg_sleep(0.2)"] / ["DROP TABLE a"],
    outside "m2_index": ["CREATE INDEX CONCURRENTLY a_id ON a (id)"] / ["DROP INDEX a_id"],
    "m3_b": ["CREATE TABLE b (id int)"] / ["DROP TABLE b"],
);

#[tokio::test(flavor = "multi_thread")]
async fn many_runners_apply_each_migration_once() {
    let Some(cluster) = server("many_runners_apply_each_migration_once") else {
        return;
    };
    let database = cluster.database();
    let url: toolkit_runtime::DatabaseUrl = database.url().parse().unwrap();
    assert_eq!(up_at_once(12, &url, orders::<Slow>).await, 3);
    let valid = "SELECT bool_and(indisvalid)::text FROM pg_index WHERE indexrelid = 'orders.a_id'::regclass";
    assert_eq!(cluster.psql(database.name(), valid), "true");
}

#[tokio::test]
async fn who_waits_too_long_for_the_lock_is_told_who_holds_it() {
    let Some(cluster) = server("who_waits_too_long_for_the_lock_is_told_who_holds_it") else {
        return;
    };
    let database = cluster.database();
    let holder = connect(&database).await;
    text(
        &holder,
        "SELECT pg_advisory_lock(hashtextextended('toolkit:orders', 0))::text",
    )
    .await;

    let waiting = connect(&database).await;
    let service = orders::<Slow>();
    let settings = Settings {
        wait: Duration::from_millis(300),
        ..Settings::default()
    };
    let runner = Runner::new(&service, &waiting, &settings, &Silent);
    let error = runner
        .up(&mut Report::default(), &Extent::All)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Locked { holder: Some(holder), .. } if holder.application == "test")
    );
    assert!(
        error
            .to_string()
            .contains("is being migrated by server process"),
        "{error}"
    );
}

migrator!(Altering, "m1": ["ALTER TABLE a ADD COLUMN b int"] / []);

#[tokio::test]
async fn a_lock_of_another_session_is_not_waited_for_longer_than_told() {
    let Some(cluster) = server("a_lock_of_another_session_is_not_waited_for") else {
        return;
    };
    let database = cluster.database();
    cluster.psql(
        database.name(),
        "CREATE SCHEMA orders; CREATE TABLE orders.a (id int)",
    );
    let holder = connect(&database).await;
    text(
        &holder,
        "SELECT set_config('application_name', 'holder', false)",
    )
    .await;
    let transaction = holder.db().begin().await.unwrap();
    transaction
        .execute_unprepared("LOCK TABLE orders.a")
        .await
        .unwrap();

    let waiting = connect(&database).await;
    let service = orders::<Altering>();
    let settings = Settings {
        lock_timeout: Duration::from_millis(200),
        lock_wait: Duration::from_millis(500),
        ..Settings::default()
    };
    let runner = Runner::new(&service, &waiting, &settings, &Silent);
    let error = runner
        .up(&mut Report::default(), &Extent::All)
        .await
        .unwrap_err();
    assert!(error.hint().unwrap().contains("--lock-timeout"), "{error}");
}

migrator!(Tables, "m1_a": ["CREATE TABLE a (id int)"] / ["DROP TABLE a"]);

#[tokio::test]
async fn a_role_that_may_not_create_schemas_is_told_the_statement_to_ask_for() {
    let Some(cluster) = server("a_role_that_may_not_create_schemas") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    let role = format!("app_{name}");
    cluster.psql(name, &format!("CREATE ROLE {role} LOGIN"));
    let url = cluster.url(&role, name).parse().unwrap();
    let connection = Connection::open(&url, "test").await.unwrap();
    let up = async |runner: &Runner<'_>, report: &mut Report| runner.up(report, &Extent::All).await;

    let error = run(&connection, &orders::<Tables>(), up)
        .await
        .1
        .unwrap_err();
    let statement = format!("CREATE SCHEMA \"orders\" AUTHORIZATION \"{role}\";");
    assert_eq!(
        error.hint().unwrap(),
        format!("let an administrator run: {statement}")
    );

    cluster.psql(name, &statement);
    run(&connection, &orders::<Tables>(), up).await.1.unwrap();
    assert_eq!(
        tables(&connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );
}

#[tokio::test]
async fn defaults_of_the_role_and_the_database_do_not_matter() {
    let Some(cluster) = server("defaults_of_the_role_and_the_database_do_not_matter") else {
        return;
    };
    let database = cluster.database();
    let name = database.name();
    for setting in [
        "search_path = 'nowhere'",
        "statement_timeout = '50ms'",
        "default_transaction_isolation = 'serializable'",
        "default_transaction_read_only = on",
        "standard_conforming_strings = off",
    ] {
        cluster.psql("postgres", &format!("ALTER DATABASE {name} SET {setting}"));
    }
    let connection = connect(&database).await;
    let (_, result) = run(&connection, &orders::<Slow>(), async |runner, report| {
        runner.up(report, &Extent::Count(1)).await
    })
    .await;
    result.unwrap();
    assert_eq!(
        tables(&connection, "orders").await,
        "a,seaql_migrations,toolkit_ledger"
    );
}

#[tokio::test]
async fn a_run_with_nothing_to_do_sends_three_statements() {
    let Some(cluster) = server("a_run_with_nothing_to_do_sends_three_statements") else {
        return;
    };
    let database = cluster.database();
    let up = async |runner: &Runner<'_>, report: &mut Report| runner.up(report, &Extent::All).await;
    let connection = connect(&database).await;
    run(&connection, &orders::<Tables>(), up).await.1.unwrap();
    connection.close().await;

    let before = cluster.statements(database.name()).len();
    let connection = connect(&database).await;
    run(&connection, &orders::<Tables>(), up).await.1.unwrap();
    connection.close().await;
    let sent = cluster.statements(database.name()).split_off(before);
    // Who the server is, what is there, and what is recorded.
    assert_eq!(sent.len(), 3, "{sent:#?}");
}

migrator!(Endless, "m1": ["CREATE TABLE a (id int)", "SELECT pg_sleep(60)"] / []);
migrator!(EndlessOutside, outside "m1": ["SELECT pg_sleep(60)", "CREATE TABLE a (id int)"] / []);

/// Waits until the server sleeps in `database`, or does not any more.
async fn sleeping(cluster: &toolkit_testkit::Cluster, database: &str, expected: bool) {
    let sql = format!(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = '{database}' \
         AND state = 'active' AND query ~ 'pg_sleep' AND pid <> pg_backend_pid()"
    );
    for _ in 0..100 {
        if (cluster.psql("postgres", &sql) == "t") == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server sleeps: {}", !expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_cancels_its_statement() {
    let Some(cluster) = server("an_interrupted_run_cancels_its_statement") else {
        return;
    };
    for service in [orders::<Endless>(), orders::<EndlessOutside>()] {
        let database = cluster.database();
        let connection = connect(&database).await;
        let migrating = tokio::spawn(async move {
            run(&connection, &service, async |runner, report| {
                runner.up(report, &Extent::All).await
            })
            .await
        });
        sleeping(cluster, database.name(), true).await;
        migrating.abort();
        let _ = migrating.await;
        sleeping(cluster, database.name(), false).await;
        let left = "SELECT count(*) FROM pg_tables WHERE schemaname = 'orders' AND tablename = 'a'";
        assert_eq!(cluster.psql(database.name(), left), "0");
    }
}

#[tokio::test]
async fn a_lost_connection_is_told_at_once_and_leaves_the_lock_free() {
    let Some(cluster) = server("a_lost_connection_is_told_at_once") else {
        return;
    };
    let database = cluster.database();
    let name = database.name().to_owned();
    let connection = connect(&database).await;
    let service = orders::<EndlessOutside>();
    let up = run(&connection, &service, async |runner, report| {
        runner.up(report, &Extent::All).await
    });
    let kill = async {
        sleeping(cluster, &name, true).await;
        cluster.psql(
            "postgres",
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        );
        std::time::Instant::now()
    };
    let ((_, result), killed) = tokio::join!(up, kill);
    assert!(
        killed.elapsed() < Duration::from_secs(3),
        "{:?}",
        killed.elapsed()
    );
    let hint = result.unwrap_err().hint().unwrap();
    assert!(hint.contains("resolve -s orders m1 --retry"), "{hint}");

    let settings = Settings {
        wait: Duration::from_millis(1),
        ..Settings::default()
    };
    let runner = Runner::new(&service, &connection, &settings, &Silent);
    let error = runner
        .up(&mut Report::default(), &Extent::All)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unfinished { .. }), "{error}");
}
