//! The table `seaql_migrations`, exactly as SeaORM defines and fills it, in the service's schema,
//! read together with what the ledger says of the same migrations.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Schema, TryGetable};
use sea_orm_migration::seaql_migrations;
use serde::Serialize;
use toolkit_text::identifier::{quote_always, quote_literal};

use super::{Direction, ledger, roles, transaction};
use crate::{Error, Reader, Service};

/// What the database has recorded of one migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) version: String,
    /// When it was applied; nothing for one that the ledger alone knows.
    pub(crate) applied_at: Option<i64>,
    /// The text that was applied, when the ledger knows it.
    pub(crate) checksum: Option<String>,
    /// The run outside a transaction that did not finish.
    pub(crate) unfinished: Option<Unfinished>,
}

/// A run outside a transaction that began and did not finish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// Which way it ran.
    pub direction: Direction,
    /// When it began, as the server writes it.
    pub since: String,
    /// The role and the machine that ran it.
    pub by: String,
    /// What stopped it; nothing when it was cut off.
    pub error: Option<String>,
}

/// Which of what belongs to the service is there.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says of one thing whether it is there"
)]
pub(crate) struct Place {
    pub(crate) schema_exists: bool,
    pub(crate) table_exists: bool,
    pub(crate) ledger_exists: bool,
    /// Whether the role may read the ledger.
    pub(crate) ledger_readable: bool,
    pub(crate) role: String,
}

/// Looks for the schema and the tables in the catalog, which needs no privilege on any of them.
pub(crate) async fn locate(db: &impl Reader, service: &Service) -> Result<Place, Error> {
    let exists = |table: &str| {
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_class AS c \
             WHERE c.relnamespace = n.oid AND c.relname = {})",
            quote_literal(table)
        )
    };
    let sql = format!(
        "SELECT n.oid IS NOT NULL, {}, {}, coalesce((\
         SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') FROM pg_catalog.pg_class AS c \
         WHERE c.relnamespace = n.oid AND c.relname = {}), false), current_user::text \
         FROM (SELECT 1) AS one \
         LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = {}",
        exists(&service.migration_table()),
        exists(ledger::TABLE),
        quote_literal(ledger::TABLE),
        quote_literal(service.schema()),
    );
    let read = |rows: Vec<sea_orm::QueryResult>| {
        let row = rows
            .first()
            .ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()))?;
        Ok(Place {
            schema_exists: row.try_get_by_index(0)?,
            table_exists: row.try_get_by_index(1)?,
            ledger_exists: row.try_get_by_index(2)?,
            ledger_readable: row.try_get_by_index(3)?,
            role: row.try_get_by_index(4)?,
        })
    };
    db.rows(&sql)
        .await
        .and_then(read)
        .map_err(Error::database("read the state", service))
}

/// All records, the first applied first.
pub(crate) async fn read(
    db: &impl Reader,
    service: &Service,
    place: &Place,
) -> Result<Vec<Record>, Error> {
    let sql = match (place.table_exists, place.ledger_readable) {
        (false, false) => return Ok(Vec::new()),
        (true, false) => format!(
            "SELECT version, applied_at, NULL::text, false, NULL::text, NULL::text, NULL::text, \
             NULL::text FROM {} ORDER BY applied_at, version",
            table(service)
        ),
        (table_exists, true) => with_ledger(service, table_exists),
    };
    let records = |rows: Vec<sea_orm::QueryResult>| {
        rows.iter().map(record).collect::<Result<Vec<_>, DbErr>>()
    };
    db.rows(&sql)
        .await
        .and_then(records)
        .map_err(Error::database("read the migrations table", service))
}

/// The query for what [`super::memory`] compares: the rows without those of `last` and of `next`, whether
/// `last` is applied, and the newest row of the ledger. It costs a glance whatever the number of rows.
pub(crate) fn digest(service: &Service, last: &str, next: &str) -> String {
    let rows = |name: &str| {
        let others = format!(
            "FILTER (WHERE m.version OPERATOR(pg_catalog.<>) {}::pg_catalog.text)",
            quote_literal(name)
        );
        format!(
            "pg_catalog.count(*) {others}, \
             pg_catalog.sum(pg_catalog.hashtextextended(m.version, m.applied_at)) {others}::pg_catalog.text"
        )
    };
    format!(
        "SELECT d.*, l.run::pg_catalog.text, l.migration FROM (SELECT {}, {}, \
         coalesce(pg_catalog.bool_or(m.version OPERATOR(pg_catalog.=) {}::pg_catalog.text), false) \
         FROM {} AS m) AS d \
         LEFT JOIN (SELECT run, migration FROM {} ORDER BY id DESC LIMIT 1) AS l ON true",
        rows(last),
        rows(next),
        quote_literal(last),
        table(service),
        ledger::table(service),
    )
}

/// The states of a run that is over. A state that this version does not know is not one of them.
const ENDED: &str = "'finished', 'failed', 'stamped', 'resolved'";

/// Each migration's row, and the ledger's last word on it. A failure that left nothing
/// says nothing; a checksum counts only if the ledger's row is about this very applying, and
/// not about one before SeaORM's own migrator was here.
fn with_ledger(service: &Service, table_exists: bool) -> String {
    let applied = if table_exists {
        format!("SELECT version, applied_at FROM {}", table(service))
    } else {
        "SELECT NULL::text AS version, NULL::bigint AS applied_at WHERE false".to_owned()
    };
    format!(
        "SELECT coalesce(a.version, l.migration), a.applied_at, \
         CASE WHEN l.applied_at = a.applied_at THEN l.checksum END, \
         coalesce(l.state NOT IN ({ENDED}), false), \
         l.direction, l.started_at::timestamptz(0)::text, l.role || ' on ' || l.host, l.error \
         FROM ({applied}) AS a FULL JOIN (\
         SELECT DISTINCT ON (migration) * FROM {} \
         WHERE service = {} AND state <> 'failed' \
         ORDER BY migration, id DESC) AS l ON l.migration = a.version \
         WHERE a.version IS NOT NULL OR l.state NOT IN ({ENDED}) \
         ORDER BY 2, 1",
        ledger::table(service),
        quote_literal(service.name()),
    )
}

fn record(row: &sea_orm::QueryResult) -> Result<Record, DbErr> {
    let unfinished: bool = row.try_get_by_index(3)?;
    let word: Option<String> = Option::try_get_by(row, 4)?;
    let direction = word.as_deref().and_then(Direction::of);
    Ok(Record {
        version: row.try_get_by_index(0)?,
        applied_at: Option::try_get_by(row, 1)?,
        checksum: Option::try_get_by(row, 2)?,
        unfinished: match direction {
            Some(direction) if unfinished => Some(Unfinished {
                direction,
                since: row.try_get_by_index(5)?,
                by: row.try_get_by_index(6)?,
                error: Option::try_get_by(row, 7)?,
            }),
            _ => None,
        },
    })
}

/// The statement that creates the table if it is not there, with SeaORM's own definition.
pub(crate) fn create_statement(service: &Service) -> String {
    let mut create =
        Schema::new(DbBackend::Postgres).create_table_from_entity(seaql_migrations::Entity);
    create
        .table((service.schema(), service.migration_table()))
        .if_not_exists();
    DbBackend::Postgres.build(&create).to_string()
}

/// Creates the table if it is not there.
pub(crate) async fn create_table(
    db: &impl ConnectionTrait,
    service: &Service,
) -> Result<(), Error> {
    let guard = roles::keep_application_out(service, &service.migration_table());
    let sql = transaction::own(&[&create_statement(service), &guard]);
    match db.execute_unprepared(&sql).await {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::database("create the migrations table", service)(
            source,
        )),
    }
}

/// Drops the table.
pub(crate) async fn drop_table(db: &impl ConnectionTrait, service: &Service) -> Result<(), Error> {
    match db
        .execute_unprepared(&format!("DROP TABLE IF EXISTS {}", table(service)))
        .await
    {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::database("drop the migrations table", service)(
            source,
        )),
    }
}

/// The statement that records `name` as applied now, by the server's clock, and not before any other:
/// clocks are set back, and `down` goes by this order.
pub(crate) fn insert(service: &Service, name: &str) -> String {
    let table = table(service);
    format!(
        "INSERT INTO {table} (version, applied_at) SELECT {}, greatest(\
         extract(epoch FROM pg_catalog.clock_timestamp())::bigint, pg_catalog.max(applied_at)) FROM {table}",
        quote_literal(name)
    )
}

/// The statement that records `name` as applied at `applied_at`.
pub(crate) fn insert_at(service: &Service, name: &str, applied_at: i64) -> String {
    format!(
        "INSERT INTO {} (version, applied_at) VALUES ({}, {applied_at})",
        table(service),
        quote_literal(name)
    )
}

/// What the table has as `applied_at` of `name`, as an expression.
pub(crate) fn applied_at(service: &Service, name: &str) -> String {
    format!(
        "(SELECT applied_at FROM {} WHERE version = {})",
        table(service),
        quote_literal(name)
    )
}

/// The statement that removes the record of `name`.
pub(crate) fn delete(service: &Service, name: &str) -> String {
    format!(
        "DELETE FROM {} WHERE version = {}",
        table(service),
        quote_literal(name)
    )
}

fn table(service: &Service) -> String {
    format!(
        "{}.{}",
        quote_always(service.schema()),
        quote_always(&service.migration_table())
    )
}
