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
    let mut places = locate_all(db, &[service]).await?;
    places.pop().ok_or_else(|| {
        let none = DbErr::RecordNotFound("no row".to_owned());
        Error::database("read the state", service)(none)
    })
}

/// [`locate`] of several of one database's services, in one query, and in their order.
pub(crate) async fn locate_all(
    db: &impl Reader,
    services: &[&Service],
) -> Result<Vec<Place>, Error> {
    let Some(first) = services.first() else {
        return Ok(Vec::new());
    };
    let wanted = services.iter().enumerate().map(|(at, service)| {
        let [schema, table] = [service.schema(), &service.migration_table()].map(quote_literal);
        format!("({at}, {schema}::pg_catalog.name, {table}::pg_catalog.name)")
    });
    let sql = format!(
        "SELECT n.oid IS NOT NULL, t.oid IS NOT NULL, l.oid IS NOT NULL, \
         coalesce(pg_catalog.has_table_privilege(l.oid, 'SELECT'), false), current_user::text \
         FROM (VALUES {}) AS w (at, schema, history) \
         LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.schema \
         LEFT JOIN pg_catalog.pg_class AS t ON t.relnamespace = n.oid AND t.relname = w.history \
         LEFT JOIN pg_catalog.pg_class AS l ON l.relnamespace = n.oid AND l.relname = {} \
         ORDER BY w.at",
        wanted.collect::<Vec<_>>().join(", "),
        quote_literal(ledger::TABLE),
    );
    let place = |row: &sea_orm::QueryResult| {
        Ok(Place {
            schema_exists: row.try_get_by_index(0)?,
            table_exists: row.try_get_by_index(1)?,
            ledger_exists: row.try_get_by_index(2)?,
            ledger_readable: row.try_get_by_index(3)?,
            role: row.try_get_by_index(4)?,
        })
    };
    let rows = db.rows(&sql).await;
    rows.and_then(|rows| rows.iter().map(place).collect())
        .map_err(Error::database("read the state", first))
}

/// All records, the first applied first.
pub(crate) async fn read(
    db: &impl Reader,
    service: &Service,
    place: &Place,
) -> Result<Vec<Record>, Error> {
    let mut all = read_all(db, &[(service, place)]).await?;
    Ok(all.pop().unwrap_or_default())
}

/// [`read`] of several of one database's services, in one query, and in their order.
pub(crate) async fn read_all(
    db: &impl Reader,
    services: &[(&Service, &Place)],
) -> Result<Vec<Vec<Record>>, Error> {
    let mut all = vec![Vec::new(); services.len()];
    let queries = services
        .iter()
        .enumerate()
        .filter_map(|(at, (service, place))| {
            let sql = query(service, place)?;
            Some(format!("SELECT {at}, r.* FROM ({sql}) AS r"))
        });
    let queries: Vec<String> = queries.collect();
    let Some((first, _)) = services.first().filter(|_| !queries.is_empty()) else {
        return Ok(all);
    };
    let failed = || Error::database("read the migrations table", first);
    let rows = db
        .rows(&queries.join(" UNION ALL "))
        .await
        .map_err(failed())?;
    for row in rows {
        let at: i32 = row.try_get_by_index(0).map_err(failed())?;
        if let Some(records) = usize::try_from(at).ok().and_then(|at| all.get_mut(at)) {
            records.push(record(&row).map_err(failed())?);
        }
    }
    for records in &mut all {
        let age = |record: &Record| (record.applied_at.is_none(), record.applied_at);
        records.sort_by(|a, b| age(a).cmp(&age(b)).then_with(|| a.version.cmp(&b.version)));
    }
    Ok(all)
}

/// The query for what [`record`] reads; nothing where nothing is recorded.
fn query(service: &Service, place: &Place) -> Option<String> {
    match (place.table_exists, place.ledger_readable) {
        (false, false) => None,
        (true, false) => Some(format!(
            "SELECT version::text, applied_at, NULL::text, false, NULL::text, NULL::text, NULL::text, \
             NULL::text FROM {}",
            table(service)
        )),
        (table_exists, true) => Some(with_ledger(service, table_exists)),
    }
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
         WHERE a.version IS NOT NULL OR l.state NOT IN ({ENDED})",
        ledger::table(service),
        quote_literal(service.name()),
    )
}

/// The first column says whose record it is.
fn record(row: &sea_orm::QueryResult) -> Result<Record, DbErr> {
    let unfinished: bool = row.try_get_by_index(4)?;
    let word: Option<String> = Option::try_get_by(row, 5)?;
    let direction = word.as_deref().and_then(Direction::of);
    Ok(Record {
        version: row.try_get_by_index(1)?,
        applied_at: Option::try_get_by(row, 2)?,
        checksum: Option::try_get_by(row, 3)?,
        unfinished: match direction {
            Some(direction) if unfinished => Some(Unfinished {
                direction,
                since: row.try_get_by_index(6)?,
                by: row.try_get_by_index(7)?,
                error: Option::try_get_by(row, 8)?,
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
        .table((service.schema().to_owned(), service.migration_table()))
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
