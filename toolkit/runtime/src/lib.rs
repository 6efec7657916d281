//! What a migration binary needs in production: the service's description, configuration,
//! connection, bootstrap, lock and runner, and the command line of the service binary.
//!
//! ```text
//! Service ─ Configuration ─ Connection ─ Runner ─ Report ─ Printer
//! ```
//!
//! A service's migration binary is one call of [`main`]. The parts are public, so that a service
//! can also migrate its own schema when it starts; without the feature `cli` it compiles neither the
//! command line nor anything else of the terminal:
//!
//! ```no_run
//! use toolkit_runtime::{Connection, Error, Extent, Report, Runner, Service, Settings, Silent};
//!
//! async fn migrate(service: &Service, url: &str) -> Result<(), Error> {
//!     let url = url.parse().map_err(|source| toolkit_runtime::ConfigError::Url {
//!         origin: toolkit_runtime::Origin::Option,
//!         source,
//!     })?;
//!     let connection = Connection::open(&url, "user_service").await?;
//!     let settings = Settings::default();
//!     let runner = Runner::new(service, &connection, &settings, &Silent);
//!     runner.up(&mut Report::default(), &Extent::All).await
//! }
//! ```

#[cfg(feature = "cli")]
pub mod command;
mod config;
mod database;
mod error;
mod migrate;
mod output;
mod service;

#[cfg(feature = "cli")]
pub use command::{Context, GlobalArgs, Outcome, main};
pub use config::{
    ConfigError, Configuration, DatabaseUrl, Origin, Settings, SettingsOptions, Target, UrlError,
};
pub use database::{
    CertificateError, ConnectError, Connection, DatabaseError, FORGET as FORGET_STATEMENTS,
    LockHolder, Reader, SqlState, TlsFiles, excerpt, sent_statements, shown as shown_statement,
};
pub use error::{Cut, Error, Signal};
pub use migrate::{
    Direction, Done, Extent, HistoryRow, LEDGER_TABLE, LedgerState, Left, MigrationFailure,
    MigrationStanding, Phase, Report, Resolution, Roles, Runner, Silent, Standing, State,
    Unfinished, Watcher, history, invalid_indexes,
};
pub use output::Failure;
#[cfg(feature = "cli")]
pub use output::{Format, Printer, Progress, ReportFormat, Verbosity};
pub use service::{
    Accept, Break, Declarations, Declared, EntityColumn, EntityTable, Entry, Limits, Lockfile,
    LockfileError, Service, Squash, Stage, checksum, is_checksum,
};
