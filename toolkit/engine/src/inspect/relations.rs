//! Reads tables, and whatever else is a relation with columns.

use sea_orm::ConnectionTrait;

use super::row::{Oid, Reader, not_of_extension};
use crate::{
    Result,
    catalog::{Options, UnmanagedKind},
};

/// A relation as read.
pub(super) struct RelationRow {
    pub(super) oid: Oid,
    pub(super) row_type: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) unlogged: bool,
    pub(super) access_method: Option<String>,
    pub(super) options: Options,
    /// What it is, unless an ordinary table.
    pub(super) unmanaged: Option<UnmanagedKind>,
    pub(super) row_security: bool,
}

/// Reads every table, view, foreign table and composite type.
pub(super) async fn read<C: ConnectionTrait>(reader: &Reader<'_, C>) -> Result<Vec<RelationRow>> {
    let sql = format!(
        "SELECT c.oid::int8, c.reltype::int8, c.relnamespace::int8, c.relname::text, c.relpersistence = 'u', \
           a.amname::text, c.reloptions, t.reloptions, c.relrowsecurity, \
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' \
             WHEN 'c' THEN 'composite type' WHEN 'p' THEN 'partitioned table' \
             ELSE CASE WHEN c.relispartition THEN 'partition' WHEN c.reloftype <> 0 THEN 'typed table' \
               WHEN i.oid IS NOT NULL THEN 'inheritance table' END END \
         FROM pg_class c \
         LEFT JOIN pg_am a ON a.oid = c.relam \
         LEFT JOIN pg_class t ON t.oid = c.reltoastrelid \
         LEFT JOIN (SELECT inhrelid AS oid FROM pg_inherits UNION SELECT inhparent FROM pg_inherits) i ON i.oid = c.oid \
         WHERE c.relnamespace = ANY({}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't' \
           AND {}",
        reader.schemas(),
        not_of_extension("pg_class", "c.oid"),
    );
    reader
        .rows("tables", &sql, |row| {
            let (oid, row_type, schema, name) =
                (row.take()?, row.take()?, row.take()?, row.take()?);
            let (unlogged, access_method) = (row.take()?, row.take()?);
            let mut options = row.take_options("")?;
            options.extend(row.take_options("toast.")?);
            let row_security = row.take()?;
            let kind: Option<String> = row.take()?;
            let unmanaged = kind.and_then(|kind| UnmanagedKind::from_name(&kind));
            Ok(RelationRow {
                oid,
                row_type,
                schema,
                name,
                unlogged,
                access_method,
                options,
                unmanaged,
                row_security,
            })
        })
        .await
}
