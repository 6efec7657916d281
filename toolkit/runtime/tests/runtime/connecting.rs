//! Connections that cannot be opened: each has its own words, and none takes long. Those that can be
//! opened in a moment are waited for.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use toolkit_runtime::{ConnectError, Connection, Failure};
use toolkit_testkit::{Database, server};

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

#[tokio::test]
async fn nobody_at_an_address_of_version_6() {
    let (_, text) = failure("postgres://u@[::1]:1/d").await;
    assert!(text.contains("PostgreSQL at [::1]:1"), "{text}");
    // Not `failed to lookup address information`.
    assert!(!text.contains("lookup"), "{text}");
}

#[tokio::test]
async fn files_for_tls_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let certificate = file("cert.pem", "");
    let newer = file("newer.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    let older = file(
        "older.pem",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n",
    );
    for (parameters, told, remedy) in [
        (
            "sslmode=verify-full&sslrootcert=/none/ca.pem",
            "cannot read /none/ca.pem, which sslrootcert names: No such file",
            "correct the path",
        ),
        (
            "sslcert=/none/cert.pem&sslkey=/none/key.pem",
            "cannot read /none/cert.pem, which sslcert names",
            "correct the path",
        ),
        (
            &format!("sslcert={certificate}&sslkey={newer}"),
            "newer.pem is encrypted",
            "openssl pkey -in",
        ),
        (
            &format!("sslcert={certificate}&sslkey={older}"),
            "older.pem is encrypted",
            "openssl pkey -in",
        ),
        (
            "sslrootcert=system&sslmode=require",
            "sslrootcert=system needs sslmode=verify-full",
            "or leave sslmode out",
        ),
    ] {
        let (error, text) = failure(&format!("postgres://u@127.0.0.1:1/d?{parameters}")).await;
        assert!(matches!(error, ConnectError::Certificate { .. }), "{text}");
        assert!(text.contains(told) && text.contains(remedy), "{text}");
    }
    // What no connection needs is not looked at.
    let unused = "postgres://u@127.0.0.1:1/d?sslmode=disable&sslrootcert=/none&sslkey=/none";
    let (error, text) = failure(unused).await;
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{text}");
}

async fn open_within(wait: Duration, url: &str) -> (Result<Connection, ConnectError>, usize) {
    let mut tries = 0;
    let url = url.parse().unwrap();
    let opened = Connection::open_within(wait, &url, "test", |_| tries += 1).await;
    (opened, tries)
}

#[tokio::test]
async fn a_server_that_does_not_listen_yet_is_waited_for() {
    let Some(cluster) = server("a_server_that_does_not_listen_yet_is_waited_for") else {
        return;
    };
    let address = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.local_addr().unwrap()
    };
    let url = format!("postgres://postgres@{address}/postgres");
    let (opened, tries) = open_within(Duration::ZERO, &url).await;
    assert!(matches!(opened, Err(ConnectError::Unreachable { .. })));
    assert_eq!(tries, 0);

    let port = cluster.port();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        let listener = TcpListener::bind(address).unwrap();
        for client in listener.incoming() {
            let (client, server) = (
                client.unwrap(),
                TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap(),
            );
            let ways = [
                (client.try_clone().unwrap(), server.try_clone().unwrap()),
                (server, client),
            ];
            for (mut from, mut to) in ways {
                thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    let (opened, tries) = open_within(Duration::from_secs(10), &url).await;
    opened.unwrap();
    assert!(tries > 1, "{tries}");
}

#[tokio::test]
async fn a_connection_that_is_not_free_is_waited_for() {
    let Some(cluster) = server("a_connection_that_is_not_free_is_waited_for") else {
        return;
    };
    cluster.psql("postgres", "CREATE ROLE one LOGIN CONNECTION LIMIT 1");
    let url = cluster.url("one", "postgres");
    let first = Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap();
    let (opened, _) = open_within(Duration::from_millis(300), &url).await;
    let error = toolkit_runtime::Error::from(opened.unwrap_err());
    let Failure { message, hint } = Failure::from(&error);
    assert!(message.contains("SQLSTATE 53300"), "{message}");
    assert!(hint.unwrap().contains("--wait"));
    let (opened, ()) = tokio::join!(open_within(Duration::from_secs(10), &url), async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        first.close().await;
    });
    opened.0.unwrap();
    assert!(opened.1 > 0);
}

#[tokio::test]
async fn a_session_that_ended_while_it_was_idle_is_replaced() {
    let Some(cluster) = server("a_session_that_ended_while_it_was_idle_is_replaced") else {
        return;
    };
    let database: Database = cluster.database();
    let role = "CREATE ROLE hasty SUPERUSER LOGIN; ALTER ROLE hasty SET idle_session_timeout = 300";
    cluster.psql(database.name(), role);
    let url = cluster.url("hasty", database.name());
    let connection = Connection::open(&url.parse().unwrap(), "test")
        .await
        .unwrap();
    let process = async || crate::service::text(&connection, "SELECT pg_backend_pid()::text").await;
    let first = process().await;
    assert_eq!(process().await, first);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_ne!(process().await, first);
}
