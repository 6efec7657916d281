//! Tables before and after a migration, and the locks that its transaction holds on them.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use serde::Serialize;

use crate::{
    catalog::{ObjectRef, QualifiedName},
    identifier::quote_literal,
    plan::{Effect, Hazard, LockMode, Loss, Rewrite},
};

/// A table as it is at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    name: QualifiedName,
    /// PostgreSQL gives a table that it writes anew another one.
    file: i64,
    /// Names by number, which a rename does not change.
    columns: BTreeMap<i16, String>,
}

/// What a migration did to a table that was there before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The table, by the name that it had before.
    pub table: QualifiedName,
    /// The strongest lock; unknown where a migration runs outside a transaction, which keeps none.
    pub lock: Option<Lock>,
    /// Whether all its rows were written anew, or all of them emptied.
    pub rewritten: bool,
    /// Whether it is no longer there.
    pub dropped: bool,
    /// Its columns that are no longer there.
    pub dropped_columns: Vec<String>,
}

impl Touched {
    /// What was seen of it that a person should know.
    pub fn hazards(&self) -> Vec<Hazard> {
        let Self {
            table,
            lock,
            rewritten,
            dropped,
            dropped_columns,
        } = self;
        let rewrites = rewritten.then(|| {
            let hazard = Hazard::new(
                Effect::TableRewrite(Rewrite::Storage),
                ObjectRef::Table(table.clone()),
            );
            match lock {
                Some(Lock::AccessExclusive) => hazard.locking(LockMode::AccessExclusive),
                Some(_) | None => hazard,
            }
        });
        let loses = |loss, object| Hazard::new(Effect::DataLoss(loss), object);
        let rows = dropped.then(|| loses(Loss::Rows, ObjectRef::Table(table.clone())));
        let values = dropped_columns
            .iter()
            .map(|column| loses(Loss::Values, ObjectRef::column(table, column)));
        rewrites.into_iter().chain(rows).chain(values).collect()
    }
}

/// PostgreSQL's table locks, the weakest first.
///
/// <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// `ACCESS SHARE`.
    AccessShare,
    /// `ROW SHARE`.
    RowShare,
    /// `ROW EXCLUSIVE`.
    RowExclusive,
    /// `SHARE UPDATE EXCLUSIVE`.
    ShareUpdateExclusive,
    /// `SHARE`.
    Share,
    /// `SHARE ROW EXCLUSIVE`.
    ShareRowExclusive,
    /// `EXCLUSIVE`.
    Exclusive,
    /// `ACCESS EXCLUSIVE`.
    AccessExclusive,
}

impl Lock {
    /// As the manual writes it: `ACCESS EXCLUSIVE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What others cannot do meanwhile.
    pub fn told(self) -> &'static str {
        match self {
            Self::AccessShare | Self::RowShare => "reads it",
            Self::RowExclusive => "writes rows",
            Self::ShareUpdateExclusive => "stops other schema changes",
            Self::Share | Self::ShareRowExclusive => "stops writes",
            Self::Exclusive => "stops all but reads",
            Self::AccessExclusive => "stops everything",
        }
    }

    /// As `pg_locks` has it.
    pub(crate) fn from_mode(mode: &str) -> Option<Self> {
        Some(match mode {
            "AccessShareLock" => Self::AccessShare,
            "RowShareLock" => Self::RowShare,
            "RowExclusiveLock" => Self::RowExclusive,
            "ShareUpdateExclusiveLock" => Self::ShareUpdateExclusive,
            "ShareLock" => Self::Share,
            "ShareRowExclusiveLock" => Self::ShareRowExclusive,
            "ExclusiveLock" => Self::Exclusive,
            "AccessExclusiveLock" => Self::AccessExclusive,
            _ => return None,
        })
    }
}

/// The tables that are there by their object number, but for those called as one of `ignored`.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    ignored: &[String],
) -> Result<BTreeMap<i64, Table>, DbErr> {
    let ignored: Vec<String> = ignored.iter().map(|name| quote_literal(name)).collect();
    let sql = format!(
        "SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relfilenode::int8, a.attnum, a.attname::text \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND n.nspname::text NOT LIKE 'pg\\_%' \
         AND n.nspname <> 'information_schema' AND NOT c.relname = ANY(ARRAY[{}]::name[])",
        ignored.join(", ")
    );
    let mut tables = BTreeMap::new();
    for row in query(db, &sql).await? {
        let (schema, name): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let name = QualifiedName::new(schema, name);
        let table = tables
            .entry(row.try_get_by_index(0)?)
            .or_insert_with(|| Table {
                name,
                file: 0,
                columns: BTreeMap::new(),
            });
        table.file = row.try_get_by_index(3)?;
        let number: Option<i16> = row.try_get_by_index(4)?;
        if let (Some(number), Some(column)) = (number, row.try_get_by_index(5)?) {
            table.columns.insert(number, column);
        }
    }
    Ok(tables)
}

/// What became of the tables of `before`; asked in the transaction of the migration, which holds
/// its locks to its end.
pub(super) async fn touched(
    db: &impl ConnectionTrait,
    before: &BTreeMap<i64, Table>,
    ignored: &[String],
) -> Result<Vec<Touched>, DbErr> {
    let after = read(db, ignored).await?;
    let locks = locks(db).await?;
    let mut touched: Vec<Touched> = before
        .iter()
        .map(|(oid, table)| compare(table, after.get(oid), locks.get(oid).copied()))
        .filter(|touched| {
            let changed =
                touched.rewritten || touched.dropped || !touched.dropped_columns.is_empty();
            changed || touched.lock.is_some()
        })
        .collect();
    touched.sort_by(|one, other| one.table.cmp(&other.table));
    Ok(touched)
}

fn compare(before: &Table, after: Option<&Table>, lock: Option<Lock>) -> Touched {
    let is_gone = |(number, _): &(&i16, &String)| {
        after.is_some_and(|after| !after.columns.contains_key(number))
    };
    let dropped_columns = before.columns.iter().filter(is_gone);
    Touched {
        table: before.name.clone(),
        lock,
        rewritten: after.is_some_and(|after| after.file != before.file),
        dropped: after.is_none(),
        dropped_columns: dropped_columns.map(|(_, name)| name.clone()).collect(),
    }
}

/// The strongest lock of this session on each relation.
async fn locks(db: &impl ConnectionTrait) -> Result<BTreeMap<i64, Lock>, DbErr> {
    let sql = "SELECT relation::int8, mode FROM pg_catalog.pg_locks WHERE locktype = 'relation' \
               AND granted AND pid = pg_catalog.pg_backend_pid()";
    let mut locks: BTreeMap<i64, Lock> = BTreeMap::new();
    for row in query(db, sql).await? {
        let mode: String = row.try_get_by_index(1)?;
        if let Some(lock) = Lock::from_mode(&mode) {
            let strongest = locks.entry(row.try_get_by_index(0)?).or_insert(lock);
            *strongest = lock.max(*strongest);
        }
    }
    Ok(locks)
}

async fn query(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
}
