//! One connection to one database, opened with a bound and with errors that name the cause.

use std::{io, sync::Arc, time::Duration};

use sea_orm::{
    DatabaseConnection, SqlxPostgresConnector,
    sqlx::{
        Connection as _, Error as SqlxError, PgConnection,
        postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    },
};

use super::{DatabaseError, SqlState, note_values, session::Session};
use crate::DatabaseUrl;

/// How long a server may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A pool retries a refused connection until its timeout and then forgets why. After this time the
/// cause is asked for on a connection beside it.
const PATIENCE: Duration = Duration::from_millis(250);

/// Why a connection could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// Nobody answers at the address.
    #[error("cannot reach PostgreSQL at {address}")]
    Unreachable {
        /// Host and port, or socket.
        address: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The server answers, but does not accept connections in time.
    #[error("PostgreSQL at {address} did not accept a connection within {}s", CONNECT_TIMEOUT.as_secs())]
    Timeout {
        /// Host and port, or socket.
        address: String,
    },
    /// The server has no such database.
    #[error("database \"{database}\" does not exist on {address}")]
    NoDatabase {
        /// Host and port, or socket.
        address: String,
        /// The database of the URL.
        database: String,
    },
    /// The server refused the role or its password.
    #[error("PostgreSQL at {address} refused the login of role \"{role}\"")]
    Refused {
        /// Host and port, or socket.
        address: String,
        /// The role of the URL.
        role: String,
        /// What the server said.
        #[source]
        source: DatabaseError,
    },
    /// TLS could not be agreed on.
    #[error("cannot open a TLS connection to PostgreSQL at {address}")]
    Tls {
        /// Host and port, or socket.
        address: String,
        /// What failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Anything else that the server or the driver reported.
    #[error("cannot connect to PostgreSQL at {address}")]
    Other {
        /// Host and port, or socket.
        address: String,
        /// What was reported.
        #[source]
        source: DatabaseError,
    },
}

impl ConnectError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } => {
                "is the server running, and are host and port right? `status -v` shows where the URL \
                 comes from; without a URL, the embedded PostgreSQL is used"
                    .to_owned()
            }
            Self::NoDatabase { database, .. } => {
                format!("create it with `createdb {database}`, or correct the end of the URL")
            }
            Self::Refused { .. } => {
                "check role and password of the URL (special characters percent-encoded); `status -v` \
                 shows where the URL comes from"
                    .to_owned()
            }
            Self::Tls { .. } => {
                "sslmode=disable|prefer|require|verify-ca|verify-full in the URL chooses how TLS is \
                 used, sslrootcert=FILE the authority that signed the server's certificate"
                    .to_owned()
            }
            Self::Other { source, .. } => match source.state() {
                Some(SqlState::TooManyConnections) => "wait until a connection is free, or raise max_connections".to_owned(),
                Some(SqlState::CannotConnectNow) => "the server is starting or recovering; run the command again in a moment".to_owned(),
                _ => "`status -v` shows where the URL comes from".to_owned(),
            },
        }
    }
}

/// One connection to one database.
///
/// It never keeps more than one session open, prepares no named statements (which a transaction
/// pooler would lose) and pings nothing.
#[derive(Clone, Debug)]
pub struct Connection {
    db: DatabaseConnection,
    pub(super) pool: PgPool,
    pub(super) session: Arc<Session>,
    /// For a second connection, where the server takes one.
    pub(super) beside: Option<DatabaseUrl>,
}

impl Connection {
    /// Connects to `url`; `application` is shown in `pg_stat_activity`.
    ///
    /// # Errors
    /// See [`ConnectError`]. Nothing is retried for longer than ten seconds.
    pub async fn open(url: &DatabaseUrl, application: &str) -> Result<Self, ConnectError> {
        let options = options(url, application)?;
        let session = Arc::new(Session::default());
        let (before, after) = (session.clone(), session.clone());
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .before_acquire(move |_, _| {
                let usable = before.is_usable();
                Box::pin(async move { Ok(usable) })
            })
            .after_connect(move |_, _| {
                after.renewed();
                let allowed = after.may_be_replaced();
                Box::pin(async move {
                    if allowed {
                        Ok(())
                    } else {
                        Err(SqlxError::Io(io::ErrorKind::ConnectionAborted.into()))
                    }
                })
            })
            .connect_lazy_with(options.clone());
        tokio::select! {
            connected = pool.acquire() => connected.map(drop),
            cause = cause_of_delay(&options) => Err(cause),
        }
        .map_err(|error| describe(&options, error))?;
        let mut db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        db.set_metric_callback(|info| note_values(info.statement));
        Ok(Self {
            db,
            pool,
            session,
            beside: Some(url.clone()),
        })
    }

    /// For a server that takes one connection only: nothing will be cancelled from beside.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.beside = None;
        self
    }

    /// Whether the server takes this connection only, as an embedded one does.
    pub(crate) fn is_alone(&self) -> bool {
        self.beside.is_none()
    }

    /// The connection as SeaORM knows it.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Closes the connection and waits until the server knows.
    pub async fn close(self) {
        self.pool.close().await;
    }
}

fn options(url: &DatabaseUrl, application: &str) -> Result<PgConnectOptions, ConnectError> {
    let options: PgConnectOptions =
        url.expose()
            .parse()
            .map_err(|error: SqlxError| ConnectError::Other {
                address: url.to_string(),
                source: error.into(),
            })?;
    let options = match options.get_application_name() {
        Some(_) => options,
        None => options.application_name(application),
    };
    Ok(options.statement_cache_capacity(0).extra_float_digits(None))
}

/// Returns only when connecting fails: a server that accepts is left to the pool.
async fn cause_of_delay(options: &PgConnectOptions) -> SqlxError {
    tokio::time::sleep(PATIENCE).await;
    match PgConnection::connect_with(options).await {
        Ok(connection) => {
            // A failed goodbye does not matter: the pool has its own connection.
            let _ = connection.close().await;
            std::future::pending().await
        }
        Err(error) => error,
    }
}

fn describe(options: &PgConnectOptions, error: SqlxError) -> ConnectError {
    let address = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    match error {
        // This is how a refused certificate arrives.
        SqlxError::Io(source) if source.kind() == io::ErrorKind::InvalidData => ConnectError::Tls {
            address,
            source: source.into(),
        },
        SqlxError::Io(source) => ConnectError::Unreachable { address, source },
        SqlxError::Tls(source) => ConnectError::Tls { address, source },
        SqlxError::PoolTimedOut => ConnectError::Timeout { address },
        other => {
            let source = DatabaseError::from(other);
            let role = options.get_username().to_owned();
            match source.state() {
                Some(SqlState::InvalidCatalogName) => ConnectError::NoDatabase {
                    address,
                    database: options.get_database().unwrap_or(&role).to_owned(),
                },
                Some(SqlState::InvalidAuthorization) => ConnectError::Refused {
                    address,
                    role,
                    source,
                },
                _ => ConnectError::Other { address, source },
            }
        }
    }
}
