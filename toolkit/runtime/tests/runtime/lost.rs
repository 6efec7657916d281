//! A run whose server, or whose way to it, is not what it was any more.

use std::time::{Duration, Instant};

use toolkit_runtime::{ConnectError, Connection, Error, Extent, Report, Runner, Settings, Silent};
use toolkit_testkit::{Cluster, Database, Line, server};

use crate::service::{migrator, orders, run, text};

migrator!(Sleeping, "m1": ["CREATE TABLE a (id int)", "SELECT pg_sleep(60)"] / []);
migrator!(Quick, "m1": ["CREATE TABLE a (id int)"] / []);
migrator!(
    Settled,
    "m1": ["CREATE TABLE settled AS SELECT name, setting FROM pg_settings"] / [],
    outside "m2": ["CREATE TABLE outside AS SELECT name, setting FROM pg_settings"] / [],
);

/// How many sessions of the database sleep.
const SLEEPING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                        AND datname = current_database()";

/// Waits until `count` sessions sleep.
async fn until_sleeping(cluster: &Cluster, database: &Database, count: &str, within: Duration) {
    let started = Instant::now();
    while cluster.psql(database.name(), SLEEPING) != count {
        assert!(started.elapsed() < within, "not {count} after {within:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn open(url: &str) -> Connection {
    Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap()
}

/// A role that has as many sessions as `limit` and a database of its own.
fn limited(cluster: &Cluster, database: &Database, limit: u32) -> String {
    let (role, name) = (format!("limited_to_{limit}"), database.name());
    let sql = format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT {limit}; ALTER DATABASE {name} OWNER TO {role}"
    );
    for statement in sql.split("; ") {
        cluster.psql("postgres", statement);
    }
    cluster.url(&role, name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_stopped_where_no_session_is_left() {
    let Some(cluster) = server("a_run_is_stopped_where_no_session_is_left") else {
        return;
    };
    let database = cluster.database();
    let url = limited(cluster, &database, 2);
    let connection = open(&url).await;
    {
        let (service, settings) = (orders::<Sleeping>(), Settings::default());
        let runner = Runner::new(&service, &connection, &settings, &Silent);
        let mut report = Report::default();
        let up = runner.up(&mut report, &Extent::All);
        let until_full = async {
            until_sleeping(cluster, &database, "1", Duration::from_secs(5)).await;
            Connection::open(&url.parse().unwrap(), "test")
                .await
                .map(drop)
        };
        tokio::select! {
            _ = up => panic!("it sleeps for a minute"),
            third = until_full => assert!(third.is_err()),
        }
    }
    until_sleeping(cluster, &database, "0", Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_has_one_session_can_migrate() {
    let Some(cluster) = server("a_role_that_has_one_session_can_migrate") else {
        return;
    };
    let database = cluster.database();
    let connection = open(&limited(cluster, &database, 1)).await;
    let up = async |runner: &Runner<'_>, report: &mut _| runner.up(report, &Extent::All).await;
    run(&connection, &orders::<Quick>(), up).await.1.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_ends_the_statement_of_a_client_that_is_gone() {
    let Some(cluster) = server("a_server_ends_the_statement_of_a_client_that_is_gone") else {
        return;
    };
    let database = cluster.database();
    let line = Line::to(cluster.port());
    let connection = open(&through(&line, &database)).await;
    let up = async |runner: &Runner<'_>, report: &mut _| runner.up(report, &Extent::All).await;
    let service = orders::<Sleeping>();
    let ((), (_, result)) = tokio::join!(
        async {
            until_sleeping(cluster, &database, "1", Duration::from_secs(5)).await;
            line.cut();
            until_sleeping(cluster, &database, "0", Duration::from_secs(5)).await;
        },
        run(&connection, &service, up)
    );
    assert!(result.unwrap_err().to_string().contains("m1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrations_session_lets_the_server_notice() {
    let Some(cluster) = server("a_migrations_session_lets_the_server_notice") else {
        return;
    };
    let database = cluster.database();
    let connection = open(&database.url()).await;
    let up = async |runner: &Runner<'_>, report: &mut _| runner.up(report, &Extent::All).await;
    run(&connection, &orders::<Settled>(), up).await.1.unwrap();
    let of = |table: &str, names: &str| {
        let sql = format!(
            "SELECT string_agg(setting, ' ' ORDER BY name) FROM orders.{table} WHERE {names}"
        );
        cluster.psql(database.name(), &sql)
    };
    let network = "name ~ '^tcp_keepalives|^tcp_user|^client_connection_check'";
    for table in ["settled", "outside"] {
        assert_eq!(of(table, network), "2000 3 30 10 60000", "{table}");
    }
    assert_eq!(of("outside", "name = 'idle_session_timeout'"), "0");
    let sql = "SELECT current_setting('client_connection_check_interval')";
    assert_eq!(
        text(&connection, sql).await,
        "0",
        "it ends with the migration"
    );
}

fn through(line: &Line, database: &Database) -> String {
    format!(
        "postgres://postgres@127.0.0.1:{}/{}",
        line.port(),
        database.name()
    )
}

/// What a run is told that sleeps, when `happens` happened.
async fn told(
    cluster: &Cluster,
    database: &Database,
    line: &Line,
    happens: impl AsyncFnOnce(),
) -> ConnectError {
    let connection = open(&through(line, database)).await;
    let connection = connection.patience(Duration::from_millis(1200));
    let service = orders::<Sleeping>();
    let up = async |runner: &Runner<'_>, report: &mut _| runner.up(report, &Extent::All).await;
    let running = connection.while_heard(async {
        let (_, result) = run(&connection, &service, up).await;
        result
    });
    let ((), result) = tokio::join!(
        async {
            until_sleeping(cluster, database, "1", Duration::from_secs(5)).await;
            happens().await;
        },
        async {
            let limit = Duration::from_secs(20);
            tokio::time::timeout(limit, running)
                .await
                .expect("it is told in time")
        }
    );
    match result {
        Err(Error::Connect(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_is_told() {
    let Some(cluster) = server("a_server_that_falls_silent_is_told") else {
        return;
    };
    let (database, line) = (cluster.database(), Line::to(cluster.port()));
    let error = Box::pin(told(cluster, &database, &line, async || line.silence())).await;
    assert!(matches!(error, ConnectError::Silent { .. }), "{error:?}");
    assert!(
        error.to_string().contains("has not answered for"),
        "{error}"
    );
    assert!(error.hint().contains("rolled back"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_behind_a_dead_line_is_told() {
    let Some(cluster) = server("a_session_that_ended_behind_a_dead_line_is_told") else {
        return;
    };
    let (database, line) = (cluster.database(), Line::to(cluster.port()));
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
               AND datname = current_database()";
    let error = told(cluster, &database, &line, async || {
        line.silence_first();
        cluster.psql(database.name(), end);
    });
    let error = Box::pin(error).await;
    assert!(matches!(error, ConnectError::Cut { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_long_is_not_given_up() {
    let Some(cluster) = server("a_statement_that_takes_long_is_not_given_up") else {
        return;
    };
    let database = cluster.database();
    let connection = open(&database.url())
        .await
        .patience(Duration::from_millis(300));
    let slept = connection.while_heard(async {
        let sql = "SELECT 'done' FROM pg_sleep(3)";
        Ok::<_, ConnectError>(text(&connection, sql).await)
    });
    assert_eq!(slept.await.unwrap(), "done");
}
