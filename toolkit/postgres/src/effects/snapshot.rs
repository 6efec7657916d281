//! What a session sees of the tables and indexes, and which locks it holds.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::{catalog::QualifiedName, identifier::quote_literal, rehearse::Lock};

/// Tables and indexes by their object number, and the session's locks on them.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    pub(super) relations: BTreeMap<i64, Relation>,
    /// The columns of tables by number, which a rename does not change.
    pub(super) columns: BTreeMap<i64, BTreeMap<i16, String>>,
    pub(super) locks: BTreeSet<(i64, Lock)>,
    /// Whether a statement gives up waiting for a lock.
    pub(super) has_lock_timeout: bool,
}

/// A table or an index at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) name: QualifiedName,
    /// PostgreSQL gives what it writes anew another one; none has what is partitioned.
    pub(super) file: i64,
    /// The table that it is an index of.
    pub(super) index_of: Option<i64>,
    /// How much is in the file.
    pub(super) bytes: i64,
    /// What this transaction has done so far:
    /// <https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-FUNCTIONS>.
    pub(super) done: Done,
}

/// What a transaction has done with a relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) scans: i64,
    pub(super) read: i64,
    pub(super) updated: i64,
    pub(super) deleted: i64,
}

impl Snapshot {
    /// Reads everything but the tables called as one of `ignored`.
    pub(super) async fn read(db: &impl ConnectionTrait, ignored: &[String]) -> Result<Self, DbErr> {
        Ok(Self {
            // First, for the others take locks themselves, if only of the catalog.
            locks: locks(db).await?,
            relations: relations(db, ignored).await?,
            columns: columns(db).await?,
            has_lock_timeout: has_lock_timeout(db).await?,
        })
    }

    /// Those of the relations that are tables.
    pub(super) fn tables(&self) -> impl Iterator<Item = (i64, &Relation)> {
        let all = self.relations.iter().map(|(oid, it)| (*oid, it));
        all.filter(|(_, relation)| relation.index_of.is_none())
    }

    /// The indexes of the table `table`.
    pub(super) fn indexes(&self, table: i64) -> impl Iterator<Item = (i64, &Relation)> {
        let all = self.relations.iter().map(|(oid, it)| (*oid, it));
        all.filter(move |(_, relation)| relation.index_of == Some(table))
    }
}

/// The schemas of those who use the database, and of what is not temporary.
const ELSEWHERE: &str = "c.relpersistence OPERATOR(pg_catalog.<>) 't' \
    AND n.nspname::pg_catalog.text OPERATOR(pg_catalog.!~~) 'pg\\_%' \
    AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'";

async fn relations(
    db: &impl ConnectionTrait,
    ignored: &[String],
) -> Result<BTreeMap<i64, Relation>, DbErr> {
    let ignored: Vec<String> = ignored.iter().map(|name| quote_literal(name)).collect();
    let sql = format!(
        "SELECT c.oid::pg_catalog.int8, n.nspname::pg_catalog.text, c.relname::pg_catalog.text, \
           c.relfilenode::pg_catalog.int8, i.indrelid::pg_catalog.int8, \
           CASE WHEN c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'm']::\"char\"[]) \
             THEN pg_catalog.pg_relation_size(c.oid) END, \
           pg_catalog.pg_stat_get_xact_numscans(c.oid), pg_catalog.pg_stat_get_xact_tuples_returned(c.oid), \
           pg_catalog.pg_stat_get_xact_tuples_updated(c.oid), pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) \
         FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace \
         LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid \
         WHERE c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'p', 'm', 'i', 'I']::\"char\"[]) AND {ELSEWHERE} \
           AND c.relname OPERATOR(pg_catalog.<>) ALL (ARRAY[{}]::pg_catalog.name[])",
        ignored.join(", ")
    );
    let rows = query(db, &sql).await?;
    let relation = |row: &QueryResult| {
        let (schema, name): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let bytes: Option<i64> = row.try_get_by_index(5)?;
        let count =
            |place| Ok::<i64, DbErr>(row.try_get_by_index::<Option<i64>>(place)?.unwrap_or(0));
        let relation = Relation {
            name: QualifiedName::new(schema, name),
            file: row.try_get_by_index(3)?,
            index_of: row.try_get_by_index(4)?,
            bytes: bytes.unwrap_or(0),
            done: Done {
                scans: count(6)?,
                read: count(7)?,
                updated: count(8)?,
                deleted: count(9)?,
            },
        };
        Ok((row.try_get_by_index(0)?, relation))
    };
    rows.iter().map(relation).collect()
}

async fn columns(db: &impl ConnectionTrait) -> Result<BTreeMap<i64, BTreeMap<i16, String>>, DbErr> {
    let sql = format!(
        "SELECT c.oid::pg_catalog.int8, a.attnum, a.attname::pg_catalog.text FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace \
         JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid \
         WHERE c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'p', 'm']::\"char\"[]) \
           AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND {ELSEWHERE}"
    );
    let mut columns: BTreeMap<i64, BTreeMap<i16, String>> = BTreeMap::new();
    for row in query(db, &sql).await? {
        let of_table = columns.entry(row.try_get_by_index(0)?).or_default();
        of_table.insert(row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    }
    Ok(columns)
}

/// The locks that this session holds on relations.
async fn locks(db: &impl ConnectionTrait) -> Result<BTreeSet<(i64, Lock)>, DbErr> {
    let sql = "SELECT l.relation::pg_catalog.int8, l.mode FROM pg_catalog.pg_locks l \
               WHERE l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.granted \
                 AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()";
    let mut locks = BTreeSet::new();
    for row in query(db, sql).await? {
        let mode: String = row.try_get_by_index(1)?;
        if let Some(lock) = Lock::from_mode(&mode) {
            locks.insert((row.try_get_by_index(0)?, lock));
        }
    }
    Ok(locks)
}

async fn has_lock_timeout(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT s.setting OPERATOR(pg_catalog.<>) '0' FROM pg_catalog.pg_settings s \
               WHERE s.name OPERATOR(pg_catalog.=) 'lock_timeout'";
    let rows = query(db, sql).await?;
    rows.first()
        .map_or(Ok(false), |row| row.try_get_by_index(0))
}

async fn query(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    db.query_all_raw(statement).await
}
