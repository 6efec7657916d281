//! What can go wrong before a test begins.

use std::{error::Error as StdError, fmt::Write, io, sync::Arc};

use toolkit_cluster::ClusterError;
use toolkit_runtime::{ConfigError, ConnectError, DatabaseError, Failure};

/// Why there is no database for a test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// The configuration cannot be used, the server does not answer, or a migration failed.
    #[error("{}", Failure::from(&**source).message)]
    Migrate {
        /// What failed.
        source: Box<toolkit_runtime::Error>,
    },
    /// The server refused something, or was lost.
    #[error("cannot {action}")]
    Database {
        /// What was being done, as a verb phrase.
        action: &'static str,
        /// What the server said.
        #[source]
        source: DatabaseError,
    },
    /// The role may not create databases.
    #[error("role \"{role}\" may not create databases on the server of {variable}")]
    MayNotCreate {
        /// The role.
        role: String,
        /// Where the URL stands.
        variable: String,
    },
    /// The private cluster could not be made or started.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The embedded PostgreSQL could not be used.
    #[cfg(feature = "embedded")]
    #[error(transparent)]
    Embedded(#[from] toolkit_embedded::EmbeddedError),
    /// There is no PostgreSQL to be found.
    #[error("there is no PostgreSQL: no URL is set, no program is installed, none is embedded")]
    NoServer,
    /// An embedded PostgreSQL takes one connection, and the test wants several.
    #[error("the test has several connections, and an embedded PostgreSQL takes one")]
    OneConnection,
    /// No service was named.
    #[error("a test database needs a service")]
    NoService,
    /// No service of the database has this name.
    #[error("the database has no service {name}: it has {}", .known.join(", "))]
    UnknownService {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// What was to be put into the database before the test failed.
    #[error("fixture {name} failed")]
    Fixture {
        /// Its name.
        name: String,
        /// What was reported.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// What an earlier test of this process was told.
    #[error("{0}")]
    Before(Arc<Self>),
    /// The operating system refused something.
    #[error("cannot {action}")]
    System {
        /// What was being done, as a verb phrase.
        action: &'static str,
        /// What it said.
        #[source]
        source: io::Error,
    },
}

impl TestError {
    /// For `map_err`: the server refused `action`.
    pub(crate) fn database<E: Into<DatabaseError>>(action: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Database {
            action,
            source: error.into(),
        }
    }

    /// For `map_err`: the operating system refused `action`.
    pub(crate) fn system(action: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::System { action, source }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Migrate { source } => source.hint(),
            Self::Database { source, .. } => source.hint(),
            Self::MayNotCreate { role, .. } => Some(format!(
                "let an administrator run ALTER ROLE \"{role}\" CREATEDB; or set TEST_DATABASE_URL to a \
                 server where it may"
            )),
            Self::Cluster(error) => Some(error.hint()),
            #[cfg(feature = "embedded")]
            Self::Embedded(error) => error.hint(),
            Self::NoServer => Some(
                "set TEST_DATABASE_URL, or install PostgreSQL; its programs' folder can be named in \
                 TOOLKIT_TEST_PG_BIN"
                    .to_owned(),
            ),
            Self::OneConnection => {
                Some("install PostgreSQL, or set TEST_DATABASE_URL to a server".to_owned())
            }
            Self::NoService => Some("name the services whose migrations it is to have".to_owned()),
            Self::Before(error) => error.hint(),
            Self::UnknownService { .. } | Self::Fixture { .. } | Self::System { .. } => None,
        }
    }

    /// The message, its causes, and what to do.
    pub(crate) fn report(&self) -> String {
        let mut text = self.to_string();
        // The message of a migration has its causes already, without passwords.
        let mut next = self
            .source()
            .filter(|_| !matches!(self, Self::Migrate { .. }));
        while let Some(cause) = next {
            let cause_text = cause.to_string();
            // A wrapper that repeats its cause adds nothing.
            if !text.contains(&cause_text) {
                let _ = write!(text, ": {cause_text}");
            }
            next = cause.source();
        }
        if let Some(hint) = self.hint() {
            let _ = write!(text, "\nhint: {hint}");
        }
        text
    }
}

impl From<toolkit_runtime::Error> for TestError {
    fn from(error: toolkit_runtime::Error) -> Self {
        Self::Migrate {
            source: Box::new(error),
        }
    }
}

impl From<ConfigError> for TestError {
    fn from(error: ConfigError) -> Self {
        toolkit_runtime::Error::from(error).into()
    }
}

impl From<ConnectError> for TestError {
    fn from(error: ConnectError) -> Self {
        toolkit_runtime::Error::from(error).into()
    }
}
