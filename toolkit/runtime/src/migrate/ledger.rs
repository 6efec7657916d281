//! The ledger: a table of ours beside `seaql_migrations`, in the service's schema. It says what
//! each run did, to which text of a migration, when, who and from where; and it is what tells a
//! migration that began outside a transaction and did not finish.
//!
//! A migration in a transaction writes its row in that transaction, so the row is as true as the
//! change. One outside writes `started` before and `finished` after.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, TryGetable};
use serde::Serialize;
use toolkit_text::identifier::{quote_always, quote_literal};
use uuid::Uuid;

use super::{Direction, record, roles, transaction};
use crate::{DatabaseError, Error, Reader, Service, SqlState, TenantsError};

/// The ledger's name, in every service's schema.
pub const TABLE: &str = "toolkit_ledger";

/// What became of one run of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerState {
    /// It began outside a transaction; if nobody holds the mutex, it was cut off.
    Started,
    /// It ran to its end.
    Finished,
    /// It failed, and nothing of it is left.
    Failed,
    /// It failed outside a transaction, and something may be left.
    Unfinished,
    /// It was recorded as applied without being run.
    Stamped,
    /// A person said what became of a run that did not finish.
    Resolved,
}

impl LedgerState {
    const ALL: [Self; 6] = [
        Self::Started,
        Self::Finished,
        Self::Failed,
        Self::Unfinished,
        Self::Stamped,
        Self::Resolved,
    ];

    /// The word in the table's column `state`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Stamped => "stamped",
            Self::Resolved => "resolved",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entry| entry.word() == word)
    }
}

/// When a run in the present transaction began.
pub(crate) const BEGAN: &str = "pg_catalog.transaction_timestamp()";

/// What is the same in every row that a run writes for one migration.
pub(crate) struct Line<'a> {
    pub(crate) service: &'a Service,
    pub(crate) run: Uuid,
    pub(crate) migration: &'a str,
    pub(crate) direction: Direction,
    pub(crate) transactional: bool,
}

impl Line<'_> {
    /// The statement that adds a row. Who writes holds the mutex, so the next number is the newest one's
    /// and 1; a sequence could be set by whoever may use it, and an older ledger has one. `began` is an SQL expression; a run that is over has an end.
    /// If the migration is applied afterwards, its record is there already.
    pub(crate) fn insert(&self, entry: LedgerState, began: &str, error: Option<&str>) -> String {
        let text = |text: Option<&str>| text.map_or_else(|| "NULL".to_owned(), quote_literal);
        let ended = if entry == LedgerState::Started {
            "NULL"
        } else {
            "pg_catalog.clock_timestamp()"
        };
        let host = gethostname::gethostname();
        let table = table(self.service);
        format!(
            "INSERT INTO {table} (id, run, service, migration, direction, state, transactional, \
             checksum, applied_at, started_at, finished_at, host, version, error) \
             OVERRIDING SYSTEM VALUE VALUES ((SELECT 1 OPERATOR(pg_catalog.+) \
             coalesce(pg_catalog.max(id), 0) FROM {table}), \
             '{}', {}, {}, '{}', '{}', {}, {}, {}, {began}, {ended}, {}, '{}', {})",
            self.run,
            quote_literal(self.service.name()),
            quote_literal(self.migration),
            self.direction.word(),
            entry.word(),
            self.transactional,
            text(self.service.checksum(self.migration).as_deref()),
            record::applied_at(self.service, self.migration),
            quote_literal(&host.to_string_lossy().replace('\0', "")),
            env!("CARGO_PKG_VERSION"),
            text(error.map(|error| error.replace('\0', "")).as_deref()),
        )
    }

    /// Adds the row of a run that begins outside a transaction; returns its number.
    pub(crate) async fn start(&self, db: &impl Reader) -> Result<i64, DbErr> {
        let insert = self.insert(LedgerState::Started, "pg_catalog.clock_timestamp()", None);
        let rows = db.rows(&format!("{insert} RETURNING id")).await?;
        let row = rows
            .first()
            .ok_or_else(|| DbErr::RecordNotFound("the row that was inserted".to_owned()))?;
        row.try_get_by_index(0)
    }

    /// The statement that adds the row of a run in a transaction that failed `elapsed` after it
    /// began.
    pub(crate) fn failed(&self, entry: LedgerState, elapsed: Duration, error: &str) -> String {
        let began = format!(
            "pg_catalog.clock_timestamp() - interval '{} milliseconds'",
            elapsed.as_millis()
        );
        self.insert(entry, &began, Some(error))
    }
}

/// The statement that takes the row `id` back: of what it tells of, nothing is left and it is done again.
pub(crate) fn take_back(service: &Service, id: i64) -> String {
    format!("DELETE FROM {} WHERE id = {id}", table(service))
}

/// The statement that ends the row `id` of a run of `migration` outside a transaction.
pub(crate) fn end(
    service: &Service,
    id: i64,
    migration: &str,
    entry: LedgerState,
    error: Option<&str>,
) -> String {
    format!(
        "UPDATE {} SET state = '{}', finished_at = pg_catalog.clock_timestamp(), applied_at = {}, \
         error = {} WHERE id = {id}",
        table(service),
        entry.word(),
        record::applied_at(service, migration),
        error.map_or_else(
            || "NULL".to_owned(),
            |error| quote_literal(&error.replace('\0', ""))
        ),
    )
}

/// The statement that creates the ledger if it is not there.
pub(crate) fn create_statement(service: &Service) -> String {
    let table = table(service);
    let states = LedgerState::ALL.map(|entry| format!("'{}'", entry.word()));
    format!(
        "CREATE TABLE IF NOT EXISTS {table} (\
         id bigint PRIMARY KEY, \
         run pg_catalog.uuid NOT NULL, \
         service pg_catalog.text NOT NULL, \
         migration pg_catalog.text NOT NULL, \
         direction pg_catalog.text NOT NULL CHECK (direction IN ('up', 'down')), \
         state pg_catalog.text NOT NULL CHECK (state IN ({})), \
         transactional boolean NOT NULL, \
         checksum pg_catalog.text, \
         applied_at bigint, \
         started_at pg_catalog.timestamptz NOT NULL, \
         finished_at pg_catalog.timestamptz, \
         duration interval GENERATED ALWAYS AS (finished_at - started_at) STORED, \
         role pg_catalog.text NOT NULL DEFAULT session_user, \
         host pg_catalog.text NOT NULL, \
         version pg_catalog.text NOT NULL, \
         error pg_catalog.text)",
        states.join(", ")
    )
}

/// Creates the ledger if it is not there.
pub(crate) async fn create_table(
    db: &impl ConnectionTrait,
    service: &Service,
) -> Result<(), Error> {
    let guard = roles::keep_application_out(service, TABLE);
    let sql = transaction::own(&[&create_statement(service), &guard]);
    match db.execute_unprepared(&sql).await {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::database("create the ledger", service)(source)),
    }
}

/// Removes what the ledger says of `service`, and the ledger itself if it says nothing of another
/// service.
pub(crate) async fn drop_table(
    db: &(impl ConnectionTrait + Reader),
    service: &Service,
) -> Result<(), Error> {
    let failed = || Error::database("drop the ledger", service);
    let table = table(service);
    let delete = format!(
        "DELETE FROM {table} WHERE service = {}",
        quote_literal(service.name())
    );
    db.execute_unprepared(&delete).await.map_err(failed())?;
    let others = db.rows(&format!("SELECT 1 FROM {table} LIMIT 1")).await;
    if others.map_err(failed())?.is_empty() {
        let drop = format!("DROP TABLE {table}");
        db.execute_unprepared(&drop).await.map_err(failed())?;
    }
    Ok(())
}

/// The ledger's qualified name.
pub(crate) fn table(service: &Service) -> String {
    format!("{}.{}", quote_always(service.schema()), quote_always(TABLE))
}

/// Refuses a schema for a tenant whose ledger tells of other services, and not of this one.
pub(crate) async fn refuse_foreign(db: &impl Reader, service: &Service) -> Result<(), Error> {
    let sql = format!(
        "SELECT service FROM {} ORDER BY service <> {}, service LIMIT 1",
        table(service),
        quote_literal(service.name())
    );
    let rows = db.rows(&sql).await;
    let told: Option<String> = rows
        .and_then(|rows| rows.first().map(|row| row.try_get_by_index(0)).transpose())
        .map_err(Error::database("read the ledger", service))?;
    match told {
        Some(other) if other != service.name() => Err(TenantsError::Foreign {
            service: service.name().to_owned(),
            tenant: service.schema().to_owned(),
            other,
        }
        .into()),
        Some(_) | None => Ok(()),
    }
}

/// One row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HistoryRow {
    /// The run that it belongs to: the same for all migrations of one service in one run.
    pub run: String,
    /// The migration.
    pub migration: String,
    /// Which way it ran.
    pub direction: Direction,
    /// What became of it.
    pub state: LedgerState,
    /// Whether it ran in a transaction.
    pub transactional: bool,
    /// SHA-256 of the migration's source, in hexadecimal, when the service has a lock file.
    pub checksum: Option<String>,
    /// When it began: seconds since 1970-01-01 00:00 UTC, by the server's clock.
    pub started_at: i64,
    /// How long it took; nothing for one that did not end.
    pub milliseconds: Option<i64>,
    /// The role that it logged in with.
    pub role: String,
    /// The machine that it ran on.
    pub host: String,
    /// The version of toolkit-runtime.
    pub version: String,
    /// What the database said when it failed.
    pub error: Option<String>,
}

/// What the ledger says of `service`, the newest first, at most `limit` rows. Nothing when there is
/// no ledger yet. Creates nothing.
///
/// # Errors
/// [`Error::Database`] when it cannot be read.
pub async fn history(
    db: &impl Reader,
    service: &Service,
    limit: Option<u32>,
) -> Result<Vec<HistoryRow>, Error> {
    let limit = limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    let sql = format!(
        "SELECT run::text, migration, direction, state, transactional, checksum, \
         extract(epoch FROM started_at)::bigint, (extract(epoch FROM duration) * 1000)::bigint, \
         role, host, version, error FROM {} WHERE service = {} ORDER BY id DESC{limit}",
        table(service),
        quote_literal(service.name()),
    );
    match db.rows(&sql).await {
        Ok(rows) => rows
            .iter()
            .map(row)
            .collect::<Result<_, DbErr>>()
            .map_err(Error::database("read the ledger", service)),
        Err(error) => {
            let error = DatabaseError::from(error);
            if error.state() == Some(SqlState::UndefinedTable) {
                return Ok(Vec::new());
            }
            Err(Error::Database {
                action: "read the ledger",
                service: service.name().to_owned(),
                source: error,
            })
        }
    }
}

fn row(row: &QueryResult) -> Result<HistoryRow, DbErr> {
    let (direction, state): (String, String) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
    let unknown = || DbErr::Type(format!("the ledger has an unknown direction: {direction}"));
    Ok(HistoryRow {
        run: row.try_get_by_index(0)?,
        migration: row.try_get_by_index(1)?,
        direction: Direction::of(&direction).ok_or_else(unknown)?,
        // A newer version may know more states; what this one does not know has not ended.
        state: LedgerState::of(&state).unwrap_or(LedgerState::Unfinished),
        transactional: row.try_get_by_index(4)?,
        checksum: Option::try_get_by(row, 5)?,
        started_at: row.try_get_by_index(6)?,
        milliseconds: Option::try_get_by(row, 7)?,
        role: row.try_get_by_index(8)?,
        host: row.try_get_by_index(9)?,
        version: row.try_get_by_index(10)?,
        error: Option::try_get_by(row, 11)?,
    })
}
