//! Why a connection cannot be opened, and what to do about it. No I/O here.

use std::{io, time::Duration};

use sea_orm::sqlx::{Error as SqlxError, postgres::PgConnectOptions};

use super::{
    CertificateError, DatabaseError, Product, SqlState, connection::CONNECT_TIMEOUT,
    options::address,
};

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
    /// The server answers nothing any more, on new connections neither.
    #[error("PostgreSQL at {address} has not answered for {}s", silent.as_secs())]
    Silent {
        /// Host and port, or socket.
        address: String,
        /// For how long.
        silent: Duration,
    },
    /// The server answers, but it has ended the session, and nobody was told.
    #[error("the connection to PostgreSQL at {address} is cut: the server has ended its session")]
    Cut {
        /// Host and port, or socket.
        address: String,
    },
    /// A file that TLS needs cannot be used.
    #[error("cannot open a TLS connection to PostgreSQL at {address}")]
    Certificate {
        /// Host and port, or socket.
        address: String,
        /// Which file, and why.
        #[source]
        source: CertificateError,
    },
    /// It is not a server that the toolkit knows.
    #[error("{address} is {product}")]
    Product {
        /// Host and port, or socket.
        address: String,
        /// What it is.
        product: Product,
    },
    /// What was handed over is not a pool of sessions of PostgreSQL.
    #[error("the connection is no pool of PostgreSQL sessions")]
    NoPool,
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
    /// Whether the same may succeed in a moment: nobody listens yet, the server starts, stops or
    /// recovers, or no connection is free.
    pub fn is_not_ready(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } => true,
            Self::Other { source, .. } => source.is_not_ready(),
            Self::NoDatabase { .. }
            | Self::Refused { .. }
            | Self::Silent { .. }
            | Self::Cut { .. }
            | Self::Tls { .. }
            | Self::Product { .. }
            | Self::NoPool
            | Self::Certificate { .. } => false,
        }
    }

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
            Self::Silent { .. } | Self::Cut { .. } => {
                "look whether the server and the network to it are well, then run the command again; \
                 what it was doing is rolled back when the server notices, within two minutes, or, \
                 without a transaction, cut off where it was: `status` shows it"
                    .to_owned()
            }
            Self::NoPool => {
                "hand over the DatabaseConnection that Database::connect gives for a postgres:// URL".to_owned()
            }
            Self::Product { product, .. } => product.hint(),
            Self::Certificate { source, .. } => source.hint(),
            Self::Other { source, .. } => match source.state() {
                Some(SqlState::TooManyConnections) => "wait longer for a free connection with --wait, or raise the limit: max_connections, or that of the role or the database".to_owned(),
                Some(SqlState::CannotConnectNow) => "the server is starting or recovering; wait longer for it with --wait".to_owned(),
                _ => "`status -v` shows where the URL comes from".to_owned(),
            },
        }
    }
}

/// Why `error` came of connecting with `options`.
pub(super) fn describe(options: &PgConnectOptions, error: SqlxError) -> ConnectError {
    let address = address(options);
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
