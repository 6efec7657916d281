//! Connections that cannot be opened: each has its own words, and none takes long.

use std::time::{Duration, Instant};

use toolkit_runtime::{ConnectError, Connection, Failure};
use toolkit_testkit::server;

async fn failure(url: &str) -> (ConnectError, String) {
    let started = Instant::now();
    let error = Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap_err();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    let hint = error.hint();
    let Failure { message, .. } = Failure::from(&toolkit_runtime::Error::from(error));
    let error = Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap_err();
    (error, format!("{message}\n{hint}"))
}

#[tokio::test]
async fn nobody_at_the_address() {
    let (error, text) = failure("postgres://u:hunter2@127.0.0.1:1/d").await;
    assert!(
        matches!(error, ConnectError::Unreachable { .. }),
        "{error:?}"
    );
    assert!(
        text.contains("cannot reach PostgreSQL at 127.0.0.1:1"),
        "{text}"
    );
    assert!(text.contains("refused"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn no_such_database() {
    let Some(cluster) = server("no_such_database") else {
        return;
    };
    let (error, text) = failure(&cluster.url("postgres", "nowhere")).await;
    assert!(
        matches!(error, ConnectError::NoDatabase { .. }),
        "{error:?}"
    );
    assert!(
        text.contains("database \"nowhere\" does not exist"),
        "{text}"
    );
    assert!(text.contains("createdb nowhere"), "{text}");
}

#[tokio::test]
async fn a_wrong_password() {
    let Some(cluster) = server("a_wrong_password") else {
        return;
    };
    cluster.psql(
        "postgres",
        "CREATE ROLE ann LOGIN PASSWORD 'hunter2 is right' IN ROLE with_password",
    );
    let url = |password: &str| {
        format!(
            "postgres://ann:{password}@127.0.0.1:{}/postgres",
            cluster.port()
        )
    };
    let (error, text) = failure(&url("hunter2")).await;
    assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
    assert!(text.contains("refused the login of role \"ann\""), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    Connection::open(&url("hunter2%20is%20right").parse().unwrap(), "test")
        .await
        .unwrap();
}

#[tokio::test]
async fn tls_where_the_server_has_none() {
    let Some(cluster) = server("tls_where_the_server_has_none") else {
        return;
    };
    let url = cluster
        .url("postgres", "postgres")
        .replace("postgres://", "postgresql+asyncpg://");
    let (error, text) = failure(&format!("{url}?ssl=require")).await;
    assert!(matches!(error, ConnectError::Tls { .. }), "{error:?}");
    assert!(text.contains("sslmode="), "{text}");
}
