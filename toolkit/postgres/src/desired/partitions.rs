//! Partitions that nobody declared: time makes them. They follow the partitioned table, as it should
//! be, and are written out with it.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};
use toolkit_runtime::DatabaseError;

use super::ASIDE;
use crate::{
    Error, Result,
    catalog::QualifiedName,
    identifier::{quote_identifier, quote_literal},
};

/// Makes, in `schema`, the partitions that the schema set aside has of tables that are partitioned
/// in both, unless something has their names or `drop` does. Returns which it made.
///
/// # Errors
/// When the partitions cannot be read.
pub(super) async fn follow(
    transaction: &DatabaseTransaction,
    schema: &str,
    drop: &[String],
) -> Result<Vec<QualifiedName>> {
    let failed = |source: DbErr| Error::Scratch {
        action: "read the partitions",
        source: Box::new(DatabaseError::from(source)),
    };
    let (new, old) = (quote_literal(schema), quote_literal(ASIDE));
    // From the top down: a partition may be partitioned itself.
    let sql = format!(
        "WITH RECURSIVE part AS ( \
           SELECT c.oid, i.inhparent, 1 AS depth FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid \
             JOIN pg_catalog.pg_class p ON p.oid = i.inhparent \
             WHERE c.relispartition AND c.relnamespace = pg_catalog.to_regnamespace({old})::oid AND NOT p.relispartition \
           UNION ALL SELECT c.oid, i.inhparent, part.depth + 1 FROM part JOIN pg_catalog.pg_inherits i ON i.inhparent = part.oid \
             JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid) \
         SELECT c.relname::text, p.relname::text, pg_catalog.pg_get_expr(c.relpartbound, c.oid), \
           CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END \
         FROM part JOIN pg_catalog.pg_class c ON c.oid = part.oid JOIN pg_catalog.pg_class p ON p.oid = part.inhparent \
         WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_class n WHERE n.relname = c.relname \
           AND n.relnamespace = pg_catalog.to_regnamespace({new})::oid) ORDER BY part.depth, c.relname"
    );
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let rows = transaction.query_all_raw(statement).await.map_err(failed)?;
    let mut followed = Vec::new();
    for row in rows {
        let text = |index: usize| row.try_get_by_index::<Option<String>>(index);
        let (Some(name), Some(parent), Some(bound)) = (
            text(0).map_err(failed)?,
            text(1).map_err(failed)?,
            text(2).map_err(failed)?,
        ) else {
            continue;
        };
        if drop.contains(&name) {
            continue;
        }
        let key = text(3).map_err(failed)?;
        let key = key
            .map(|key| format!(" PARTITION BY {key}"))
            .unwrap_or_default();
        let create = format!(
            "CREATE TABLE {} PARTITION OF {} {bound}{key}",
            quote_identifier(&name),
            quote_identifier(&parent)
        );
        if attempt(transaction, &create).await.map_err(failed)? {
            followed.push(QualifiedName::new(schema, &name));
        }
    }
    Ok(followed)
}

/// A table that goes, or is not partitioned any more, or otherwise, has no such partition.
async fn attempt(transaction: &DatabaseTransaction, sql: &str) -> Result<bool, DbErr> {
    transaction
        .execute_unprepared("SAVEPOINT toolkit_partition")
        .await?;
    let is_made = transaction.execute_unprepared(sql).await.is_ok();
    if !is_made {
        transaction
            .execute_unprepared("ROLLBACK TO SAVEPOINT toolkit_partition")
            .await?;
    }
    Ok(is_made)
}
