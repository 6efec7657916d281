//! PostgreSQL's error reports in words. No I/O here.

use std::fmt;

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{
        self,
        postgres::{PgDatabaseError, PgErrorPosition},
    },
};
use toolkit_text::identifier::quote_always;

use super::{LockHolder, Seen, excerpt};

/// The error codes that the runtime treats by name.
///
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlState {
    /// 0A000: the server cannot do this; a server in recovery says so when it is to write.
    FeatureNotSupported,
    /// 3D000: the database does not exist.
    InvalidCatalogName,
    /// 28P01 and 28000: the login was refused.
    InvalidAuthorization,
    /// 42501: the role may not do this.
    InsufficientPrivilege,
    /// 42P01: a relation does not exist.
    UndefinedTable,
    /// 42P07, 42710, 42701: the table, the type or the column exists already.
    AlreadyExists,
    /// 42P06: the schema exists already.
    DuplicateSchema,
    /// 23505: a unique constraint is violated.
    UniqueViolation,
    /// 55P03: a lock was not available in time.
    LockNotAvailable,
    /// 40P01: two sessions waited for each other.
    DeadlockDetected,
    /// 40001: the transaction cannot be serialized with others.
    SerializationFailure,
    /// 57014: the statement was cancelled.
    QueryCanceled,
    /// 25006: the server or the session is read-only.
    ReadOnly,
    /// 53100: the disk is full.
    DiskFull,
    /// 53300: no connection is free.
    TooManyConnections,
    /// 57P03: the server is starting, stopping or recovering.
    CannotConnectNow,
}

impl SqlState {
    fn of(code: &str) -> Option<Self> {
        Some(match code {
            "0A000" => Self::FeatureNotSupported,
            "3D000" => Self::InvalidCatalogName,
            "28P01" | "28000" => Self::InvalidAuthorization,
            "42501" => Self::InsufficientPrivilege,
            "42P01" => Self::UndefinedTable,
            "42P07" | "42710" | "42701" => Self::AlreadyExists,
            "42P06" => Self::DuplicateSchema,
            "23505" => Self::UniqueViolation,
            "55P03" => Self::LockNotAvailable,
            "40P01" => Self::DeadlockDetected,
            "40001" => Self::SerializationFailure,
            "57014" => Self::QueryCanceled,
            "25006" => Self::ReadOnly,
            "53100" => Self::DiskFull,
            "53300" => Self::TooManyConnections,
            "57P03" => Self::CannotConnectNow,
            _ => return None,
        })
    }
}

/// What SeaORM's own `down` says, which stands for that of a migration that has none.
///
/// <https://docs.rs/sea-orm-migration/2/sea_orm_migration/trait.MigrationTrait.html#method.down>
const SEA_ORMS_DOWN: &str = "We Don't Do That Here";

/// An error that the database reported, or the loss of the connection to it.
///
/// `Display` is PostgreSQL's message with its code, detail and hint, and who held the lock that was
/// not free in time.
#[derive(Debug)]
pub struct DatabaseError {
    error: Box<DbErr>,
    holders: Vec<LockHolder>,
    /// How many sessions waited behind the statement when it was cancelled for them.
    gave_way_to: Option<i64>,
}

impl DatabaseError {
    /// What is said of a migration that has no `down`.
    pub const NO_DOWN: &'static str = "it has no `down`";

    /// The error's code, if the server reported it and the runtime knows it by name.
    pub fn state(&self) -> Option<SqlState> {
        server_report(&self.error).and_then(|report| SqlState::of(report.code()))
    }

    /// Whom the statement waited for, if a lock was not free in time.
    pub fn holders(&self) -> &[LockHolder] {
        &self.holders
    }

    /// The error with what was seen of its statement's wait, if a wait is why it failed.
    pub(crate) fn with_seen(mut self, seen: Seen) -> Self {
        let Seen {
            holders,
            gave_way_to,
        } = seen;
        if self.state() == Some(SqlState::QueryCanceled) {
            self.gave_way_to = gave_way_to;
        }
        if self.is_wait() {
            self.holders = holders;
        }
        self
    }

    /// Whether a lock was not free in time: for the server, or for those that waited behind.
    pub(crate) fn is_wait(&self) -> bool {
        self.gave_way_to.is_some() || self.state() == Some(SqlState::LockNotAvailable)
    }

    /// What to do about a migration that has no `down`, if that is what failed.
    pub fn without_way_back(&self) -> Option<&'static str> {
        let is_so = matches!(&*self.error, DbErr::Migration(text) if text == SEA_ORMS_DOWN);
        is_so.then_some(
            "write its `down`; or, where nothing can be taken back, say so in the service's definition: \
             .irreversible(\"its name\")",
        )
    }

    /// The role that the statement names and that is not there.
    pub fn missing_role(&self) -> Option<&str> {
        let report = server_report(&self.error)?;
        let named = report.message().strip_prefix("role \"")?;
        let role = named.strip_suffix("\" does not exist")?;
        (report.code() == "42704").then_some(role)
    }

    /// Whether the server was lost rather than having refused something.
    pub fn is_disconnect(&self) -> bool {
        is_disconnect(&self.error)
    }

    /// Whether the server takes no connection now, but may in a moment: it starts, stops or recovers
    /// (57P03, 57P01, 57P02), its connections are all taken (53300), or a pooler cannot reach it
    /// (08006, 08001).
    pub(crate) fn is_not_ready(&self) -> bool {
        let codes = ["57P03", "57P01", "57P02", "53300", "08006", "08001"];
        server_report(&self.error).is_some_and(|report| codes.contains(&report.code()))
    }

    /// Whether the server said it of the statement. Else the answer was lost or could not be read, and
    /// the statement may have been done.
    pub(crate) fn is_report(&self) -> bool {
        server_report(&self.error).is_some() && !self.is_disconnect()
    }

    /// Whether the session's transaction has failed and takes no more statements (25P02).
    pub(crate) fn is_in_failed_transaction(error: &DbErr) -> bool {
        server_report(error).is_some_and(|report| report.code() == "25P02")
    }

    /// Whether something is there already that was to be made.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(
            self.state(),
            Some(SqlState::AlreadyExists | SqlState::UniqueViolation | SqlState::DuplicateSchema)
        )
    }

    /// Whether a savepoint is not there (3B001), or no transaction at all (25P01).
    pub(crate) fn is_no_savepoint(&self) -> bool {
        server_report(&self.error).is_some_and(|report| matches!(report.code(), "3B001" | "25P01"))
    }

    /// Whether the same may succeed in a moment: a lock was not free in time, or two sessions
    /// waited for each other.
    pub fn is_transient(&self) -> bool {
        let states = [
            Some(SqlState::DeadlockDetected),
            Some(SqlState::SerializationFailure),
        ];
        self.is_wait() || states.contains(&self.state())
    }

    /// Whether it names something that is not there, so that the same may succeed when that has been
    /// made: a relation (42P01), a function (42883), another object (42704), or the key that a
    /// foreign key leads to (42830).
    pub fn is_missing(&self) -> bool {
        let codes = ["42P01", "42883", "42704", "42830"];
        server_report(&self.error).is_some_and(|report| codes.contains(&report.code()))
    }

    /// Where in the text of a statement the server found what it complains of, in characters from
    /// its start.
    pub fn position(&self) -> Option<usize> {
        match server_report(&self.error)?.position()? {
            PgErrorPosition::Original(position) => position.checked_sub(1),
            PgErrorPosition::Internal { .. } => None,
        }
    }

    /// [`DatabaseError::is_disconnect`] of an error that is not wrapped yet.
    pub(super) fn is_disconnect_of(error: &DbErr) -> bool {
        is_disconnect(error)
    }

    /// Whether nothing came from the server, not even a refusal.
    pub(super) fn is_io(error: &DbErr) -> bool {
        matches!(runtime_error(error), Some(sqlx::Error::Io(_)))
    }

    /// What the user can do about it, as far as the code tells.
    pub fn hint(&self) -> Option<String> {
        if let Some(role) = self.missing_role() {
            return Some(format!(
                "roles are the server's: create it there with CREATE ROLE {}, or correct its name; then \
                 run the command again",
                quote_always(role)
            ));
        }
        if let Some(hint) = self.without_way_back() {
            return Some(hint.to_owned());
        }
        if self.is_wait() {
            let who = if self.holders.is_empty() {
                "another session holds a lock on the table: run the command again when it has ended"
            } else {
                "run the command again when it has ended, or end it with SELECT \
                 pg_terminate_backend(PID)"
            };
            return Some(format!(
                "{who}; or wait longer in all with --lock-wait; for a table that is never free, let others \
                 wait once with --lock-hold, or longer each time with --lock-timeout"
            ));
        }
        let text = match self.state()? {
            SqlState::UndefinedTable => {
                "names resolve in the service's schema, then in public: is the table created by an \
                 earlier migration of this service, and its name spelled the same?"
            }
            SqlState::AlreadyExists => {
                "an object of that name is there already: made by somebody else, or by a migration that \
                 is not recorded here"
            }
            SqlState::DeadlockDetected | SqlState::SerializationFailure => "run the command again",
            SqlState::QueryCanceled => {
                "an administrator, Ctrl-C or --statement-timeout cancelled it; run the command again, \
                 or allow it more time"
            }
            SqlState::ReadOnly => {
                "the server is a replica or the role may only read; use the primary's URL"
            }
            SqlState::DiskFull => {
                "free disk space on the database server, then run the command again"
            }
            SqlState::InsufficientPrivilege => {
                "the role needs CREATE and USAGE on the service's schema and must own the objects it changes"
            }
            SqlState::FeatureNotSupported
            | SqlState::InvalidCatalogName
            | SqlState::InvalidAuthorization
            | SqlState::DuplicateSchema
            | SqlState::UniqueViolation
            | SqlState::LockNotAvailable
            | SqlState::TooManyConnections
            | SqlState::CannotConnectNow => return None,
        };
        Some(text.to_owned())
    }
}

impl From<DbErr> for DatabaseError {
    fn from(error: DbErr) -> Self {
        Self {
            error: Box::new(error),
            holders: Vec::new(),
            gave_way_to: None,
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
    }
}

impl std::error::Error for DatabaseError {}

impl DatabaseError {
    /// What the server said, or became of the connection, in one line.
    pub(crate) fn message(&self) -> String {
        let Some(report) = server_report(&self.error) else {
            return match (runtime_error(&self.error), &*self.error) {
                (Some(error @ sqlx::Error::Io(_)), _) => {
                    format!("the connection to the server was lost: {error}")
                }
                (Some(error), _) => error.to_string(),
                (None, DbErr::Migration(_)) if self.without_way_back().is_some() => {
                    Self::NO_DOWN.to_owned()
                }
                (None, DbErr::Migration(text) | DbErr::Custom(text)) => text.clone(),
                (None, error) => error.to_string(),
            };
        };
        format!(
            "{} (SQLSTATE {})",
            excerpt(report.message(), None),
            report.code()
        )
    }

    /// What the server said besides the message: each line with the word that it begins with.
    pub(crate) fn details(&self) -> Vec<(&'static str, String)> {
        let Some(report) = server_report(&self.error) else {
            return Vec::new();
        };
        let parts = [
            ("detail", report.detail()),
            ("server's hint", report.hint()),
            ("context", report.r#where()),
        ];
        let known = parts.into_iter();
        known
            .filter_map(|(word, text)| Some((word, excerpt(text?, None))))
            .collect()
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        for (word, text) in self.details() {
            write!(f, "\n  {word}: {text}")?;
        }
        if let Some(sessions) = self.gave_way_to {
            write!(
                f,
                "\n  given up because of those that waited behind it: {sessions}"
            )?;
        }
        for holder in &self.holders {
            write!(f, "\n  waited for: {holder}")?;
        }
        Ok(())
    }
}

fn is_disconnect(error: &DbErr) -> bool {
    matches!(
        runtime_error(error),
        Some(sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut)
    ) || server_report(error).is_some_and(|report| {
        // An administrator or a crash ended the session, or a timeout did while it was idle.
        matches!(report.code(), "57P01" | "57P02" | "57P05") || report.code().starts_with("08")
    })
}

fn runtime_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn server_report(error: &DbErr) -> Option<&PgDatabaseError> {
    runtime_error(error)?
        .as_database_error()?
        .try_downcast_ref()
}
