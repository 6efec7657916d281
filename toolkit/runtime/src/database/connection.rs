//! One connection to one database, opened with a bound and with errors that name the cause.

use std::{
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use backon::BackoffBuilder;
use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, SqlxPostgresConnector,
    sqlx::{
        self, Connection as _, Error as SqlxError, PgConnection, Row,
        postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    },
};

use super::{
    ConnectError, Product,
    connect_error::describe,
    note_values,
    options::{Way, address},
    session::Session,
    silence::PATIENCE,
    spare::Spare,
};
use crate::DatabaseUrl;

/// How long a server may take to accept a connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A pool retries a refused connection until its timeout and then forgets why. After this time the
/// cause is asked for on a connection beside it.
const DELAY: Duration = Duration::from_millis(250);

/// A session that was idle for so long may have been ended meanwhile, by `idle_session_timeout` or by
/// what stands in between: it is asked before it is used.
const IDLE: Duration = Duration::from_millis(250);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(10);
/// The shortest and the longest pause before a server that is not ready is tried again.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

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
    pub(super) beside: Option<Way>,
    /// The second connection.
    pub(super) spare: Arc<Mutex<Option<Arc<Spare>>>>,
    /// How long the server may be silent.
    pub(super) patience: Duration,
    /// Host and port, or socket.
    pub(super) address: String,
}

impl Connection {
    /// Connects to `url`; `application` is shown in `pg_stat_activity`.
    ///
    /// # Errors
    /// See [`ConnectError`]. Nothing is retried for longer than ten seconds.
    pub async fn open(url: &DatabaseUrl, application: &str) -> Result<Self, ConnectError> {
        Self::open_by(&Way::Url(url.clone()), application).await
    }

    /// Connects to where the pool `db` does, as the role that it has, beside its sessions: a run ends
    /// what it finds open in its own.
    ///
    /// # Errors
    /// [`ConnectError::NoPool`] when it is no pool of the driver for PostgreSQL, else as
    /// [`Connection::open`].
    pub async fn beside(db: &DatabaseConnection, application: &str) -> Result<Self, ConnectError> {
        let DatabaseConnectionType::SqlxPostgresPoolConnection(_) = &db.inner else {
            return Err(ConnectError::NoPool);
        };
        let options = db.get_postgres_connection_pool().connect_options();
        Self::open_by(&Way::Pool(options), application).await
    }

    pub(super) async fn open_by(way: &Way, application: &str) -> Result<Self, ConnectError> {
        let options = way.options(application)?;
        let session = Arc::new(Session::default());
        let (before, after) = (session.clone(), session.clone());
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .before_acquire(move |connection, known| {
                let usable = before.is_usable();
                Box::pin(async move {
                    Ok(usable && (known.idle_for < IDLE || connection.ping().await.is_ok()))
                })
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
        let version = version(&pool).await;
        let version = version.map_err(|error| describe(&options, error))?;
        if let Some(product) = Product::of(options.get_host(), &version) {
            let address = address(&options);
            return Err(ConnectError::Product { address, product });
        }
        let mut db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        db.set_metric_callback(|info| note_values(info.statement));
        Ok(Self {
            db,
            pool,
            session,
            beside: Some(way.clone()),
            spare: Arc::default(),
            patience: PATIENCE,
            address: address(&options),
        })
    }

    /// As [`Connection::open`], tried again for at most `wait` while the server is not ready: nobody
    /// listens yet, it starts, or no connection is free. `told` hears of each failure that another
    /// try follows.
    ///
    /// # Errors
    /// That of the last try.
    pub async fn open_within(
        wait: Duration,
        url: &DatabaseUrl,
        application: &str,
        mut told: impl FnMut(&ConnectError),
    ) -> Result<Self, ConnectError> {
        let started = Instant::now();
        // Many that start at once must not ask in step.
        let mut pauses = backon::ExponentialBuilder::default()
            .with_min_delay(SHORTEST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times()
            .with_jitter()
            .build();
        loop {
            let error = match Self::open(url, application).await {
                Err(error) if error.is_not_ready() => error,
                done => return done,
            };
            let pause = pauses.next().unwrap_or(LONGEST_PAUSE);
            if started.elapsed() + pause > wait {
                return Err(error);
            }
            told(&error);
            tokio::time::sleep(pause).await;
        }
    }

    /// For a server that takes one connection only: nothing will be cancelled from beside.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.beside = None;
        self
    }

    /// Whether the server takes this connection only, as an embedded one does.
    pub fn is_alone(&self) -> bool {
        self.beside.is_none()
    }

    /// The connection as SeaORM knows it.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Closes the connection and waits until the server knows, or for a few seconds.
    pub async fn close(self) {
        let closing = futures_util::future::join(self.pool.close(), self.close_spare());
        // A server that is gone will not know.
        let _ = tokio::time::timeout(GOODBYE, closing).await;
    }
}

/// What the server says of itself.
async fn version(pool: &PgPool) -> Result<String, SqlxError> {
    let row = sqlx::raw_sql("SELECT pg_catalog.version()").fetch_one(pool);
    row.await?.try_get(0)
}

/// Returns only when connecting fails: a server that accepts is left to the pool.
async fn cause_of_delay(options: &PgConnectOptions) -> SqlxError {
    tokio::time::sleep(DELAY).await;
    match PgConnection::connect_with(options).await {
        Ok(connection) => {
            // A failed goodbye does not matter: the pool has its own connection.
            let _ = connection.close().await;
            std::future::pending().await
        }
        Err(error) => error,
    }
}
