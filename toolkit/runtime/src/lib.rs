//! What a migration binary needs in production: the service's description, configuration,
//! connection, bootstrap, lock and runner, and the command line of the service binary.
//!
//! ```text
//! Service ─ Configuration ─ Connection ─ Runner ─ Report ─ Printer
//! ```
//!
//! A service's migration binary is one call of [`main`]. A service can also migrate itself when it starts, with
//! the pool that it has; without the feature `cli` it compiles neither the command line nor anything else of
//! the terminal:
//!
//! ```no_run
//! # async fn start(service: toolkit_runtime::Service) -> Result<(), Box<dyn std::error::Error>> {
//! let db = sea_orm::Database::connect("postgres://app@localhost/app").await?;
//! service.migrate(&db).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The parts are public: [`Connection`], [`Runner`], [`Watcher`], for whoever wants to be told more.

#[cfg(feature = "cli")]
pub mod command;
mod config;
mod database;
mod error;
mod fleet;
mod migrate;
mod output;
mod service;

#[cfg(feature = "cli")]
pub use command::{Canary, Context, GlobalArgs, Outcome, PaceArgs, main};
pub use config::{
    ConfigError, Configuration, DatabaseUrl, Origin, Settings, SettingsOptions, Target, UrlError,
};
pub use database::{
    CertificateError, ConnectError, Connection, DatabaseError, FORGET as FORGET_STATEMENTS,
    LockHolder, Product, Reader, SqlState, TlsFiles, excerpt, sent_statements,
    shown as shown_statement,
};
pub use error::{Cut, Error, Signal, TenantsError};
pub use migrate::{
    Direction, Done, Extent, Guarded, HistoryRow, LEDGER_TABLE, LedgerState, Left,
    MigrationFailure, MigrationStanding, Phase, Report, Resolution, Roles, Runner, Silent,
    Standing, State, Unfinished, Watcher, history, invalid_indexes,
};
pub use output::Failure;
#[cfg(feature = "cli")]
pub use output::{Format, Printer, Progress, ReportFormat, Verbosity, wrapped};
pub use service::{
    Accept, Break, Declarations, Declared, EntityColumn, EntityTable, Entry, Limits, Lockfile,
    LockfileError, Service, Squash, Stage, Tenant, Tenants, TenantsFailure, Unsaid, checksum,
    is_checksum,
};

/// The examples of the package's page are compiled, and run where they can be.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
