//! How large the tables of a live database are. Reads only, and waits for nobody.

use std::collections::BTreeMap;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait,
};
use serde::Serialize;
use toolkit_runtime::FORGET_STATEMENTS;

use crate::catalog::QualifiedName;

/// The size of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Size {
    /// As many rows as the last `ANALYZE` found; unknown before the first one.
    pub(crate) rows: Option<i64>,
    /// With indexes and TOAST.
    pub(crate) bytes: i64,
    /// The same for a person: `3216 kB`.
    #[serde(skip)]
    pub(crate) told: String,
}

/// Sizes by table.
pub(crate) type Sizes = BTreeMap<QualifiedName, Size>;

/// Reads the sizes of all tables.
pub(crate) async fn read(db: &DatabaseConnection) -> Result<Sizes, DbErr> {
    let transaction = db
        .begin_with_config(None, Some(AccessMode::ReadOnly))
        .await?;
    // The size of a table that another session holds for itself alone would be waited for.
    let settings = "SET LOCAL lock_timeout = '1s'; SET LOCAL search_path = pg_catalog, pg_temp";
    let prepare = format!("{settings}; {FORGET_STATEMENTS}");
    transaction.execute_unprepared(&prepare).await?;
    let sql = "SELECT n.nspname::text, c.relname::text, c.reltuples::int8, s.size, pg_catalog.pg_size_pretty(s.size) \
               FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               CROSS JOIN LATERAL (SELECT coalesce(pg_catalog.pg_total_relation_size(c.oid), 0) AS size) s \
               WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%' \
               AND n.nspname <> 'information_schema'";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let rows = transaction.query_all_raw(statement).await?;
    transaction.execute_unprepared(FORGET_STATEMENTS).await?;
    transaction.rollback().await?;
    rows.iter()
        .map(|row| {
            let (schema, name): (String, String) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let rows: i64 = row.try_get_by_index(2)?;
            let size = Size {
                rows: (rows >= 0).then_some(rows),
                bytes: row.try_get_by_index(3)?,
                told: row.try_get_by_index(4)?,
            };
            Ok((QualifiedName::new(schema, name), size))
        })
        .collect()
}
