//! Reads tables, and whatever else is a relation with columns.

use super::{
    expression::to_fixpoint,
    row::{Oid, Reader, not_of_extension},
};
use crate::{Result, catalog::Options};

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RelationKind {
    /// Ordinary, partitioned, or a partition.
    Table,
    View,
    MaterializedView,
    Composite,
    ForeignTable,
}

/// A relation as read.
pub(super) struct RelationRow {
    pub(super) oid: Oid,
    pub(super) row_type: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) kind: RelationKind,
    pub(super) unlogged: bool,
    pub(super) access_method: Option<String>,
    pub(super) options: Options,
    pub(super) partition_key: Option<String>,
    pub(super) bound: Option<String>,
    /// In order.
    pub(super) parents: Vec<Oid>,
    pub(super) of_type: Oid,
    pub(super) row_security: (bool, bool),
    pub(super) replica_identity: String,
    pub(super) replica_index: Option<String>,
    pub(super) clustered_on: Option<String>,
    pub(super) owner: String,
    pub(super) privileges: Option<String>,
}

/// Reads every table, view, foreign table and composite type.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<RelationRow>> {
    let sql = format!(
        "SELECT c.oid::int8, c.reltype::int8, c.relnamespace::int8, c.relname::text, c.relkind::text, \
           c.relpersistence = 'u', a.amname::text, c.reloptions, t.reloptions, \
           CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, \
           CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END, \
           CASE WHEN i.oid IS NOT NULL THEN ARRAY(SELECT h.inhparent::int8 FROM pg_catalog.pg_inherits h \
             WHERE h.inhrelid = c.oid ORDER BY h.inhseqno) END, \
           c.reloftype::int8, c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, \
           CASE WHEN c.relreplident = 'i' THEN (SELECT x.relname::text FROM pg_catalog.pg_index n JOIN pg_catalog.pg_class x \
             ON x.oid = n.indexrelid WHERE n.indrelid = c.oid AND n.indisreplident) END, \
           l.relname::text, pg_catalog.pg_get_userbyid(c.relowner)::text, \
           pg_catalog.array_to_string(CASE WHEN c.relkind = 'c' THEN (SELECT y.typacl FROM pg_catalog.pg_type y WHERE y.oid = c.reltype) \
             ELSE c.relacl END, E'\\n') \
         FROM pg_catalog.pg_class c \
         LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam \
         LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid \
         LEFT JOIN (SELECT n.indrelid, x.relname FROM pg_catalog.pg_index n JOIN pg_catalog.pg_class x ON x.oid = n.indexrelid \
           WHERE n.indisclustered) l ON l.indrelid = c.oid \
         LEFT JOIN (SELECT DISTINCT inhrelid AS oid FROM pg_catalog.pg_inherits) i ON i.oid = c.oid \
         WHERE c.relnamespace = ANY({}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't' \
           AND {}",
        reader.schemas(),
        not_of_extension("pg_class", "c.oid"),
    );
    reader
        .rows("tables", &sql, |row| {
            let (oid, row_type) = (row.take()?, row.take()?);
            let (schema, name) = (row.take()?, row.take()?);
            let kind = kind(&row.take::<String>()?);
            let (unlogged, access_method) = (row.take()?, row.take()?);
            let mut options = row.take_options("")?;
            options.extend(row.take_options("toast.")?);
            Ok(RelationRow {
                oid,
                row_type,
                schema,
                name,
                kind,
                unlogged,
                access_method,
                options,
                partition_key: row.take::<Option<String>>()?.map(|sql| to_fixpoint(&sql)),
                bound: row.take()?,
                parents: row.take::<Option<_>>()?.unwrap_or_default(),
                of_type: row.take()?,
                row_security: (row.take()?, row.take()?),
                replica_identity: row.take()?,
                replica_index: row.take()?,
                clustered_on: row.take()?,
                owner: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}

fn kind(code: &str) -> RelationKind {
    match code {
        "v" => RelationKind::View,
        "m" => RelationKind::MaterializedView,
        "c" => RelationKind::Composite,
        "f" => RelationKind::ForeignTable,
        _ => RelationKind::Table,
    }
}
