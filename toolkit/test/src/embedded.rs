//! An embedded PostgreSQL for each test. It takes one connection, and its start costs half a second, so tests
//! have theirs one after the other.

use std::{
    io::Write,
    sync::{Arc, LazyLock, Once},
};

use tokio::sync::{Mutex, OwnedMutexGuard};
use toolkit_embedded::EmbeddedServer;
use toolkit_runtime::{Connection, DatabaseUrl, Service};

use crate::{TestError, admin::APPLICATION, template::migrate};

/// A server that one test has.
#[derive(Debug)]
pub(crate) struct Embedded {
    // Before the turn: fields are dropped in order, and the next test's server begins when this one is gone.
    _server: EmbeddedServer,
    pub(crate) url: DatabaseUrl,
    _turn: OwnedMutexGuard<()>,
}

impl Embedded {
    /// Starts one and runs all migrations of `services`; `why` there is no other server is said once.
    pub(crate) async fn start(services: &[Service], why: &str) -> Result<Self, TestError> {
        static TURN: LazyLock<Arc<Mutex<()>>> = LazyLock::new(Arc::default);
        static TOLD: Once = Once::new();
        TOLD.call_once(|| tell(why));
        let turn = TURN.clone().lock_owned().await;
        let server = tokio::task::spawn_blocking(EmbeddedServer::temporary).await;
        let server = server.map_err(|error| TestError::System {
            action: "start the embedded database",
            source: std::io::Error::other(error),
        })??;
        let url: DatabaseUrl = server.url().parse().map_err(|source| {
            let origin = toolkit_runtime::Origin::Other("the embedded database");
            toolkit_runtime::ConfigError::Url { origin, source }
        })?;
        let connection = Connection::open(&url, APPLICATION).await?.alone();
        let migrated = migrate(&connection, services, true).await;
        connection.close().await;
        migrated?;
        Ok(Self {
            _server: server,
            url,
            _turn: turn,
        })
    }
}

/// Past the harness, which keeps what tests print.
fn tell(why: &str) {
    let mut stderr = std::io::stderr();
    let _ = writeln!(
        stderr,
        "note: {why}: each test has an embedded PostgreSQL, one test after the other; \
         TEST_DATABASE_URL names a server, on which they are quick and run side by side"
    );
}
