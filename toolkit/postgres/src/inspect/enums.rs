//! Reads enum types.

use super::row::{Oid, Reader, not_of_extension};
use crate::Result;

/// An enum type as read.
pub(super) struct EnumRow {
    pub(super) oid: Oid,
    pub(super) array: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) values: Vec<String>,
    pub(super) owner: String,
    pub(super) privileges: Option<String>,
}

/// Reads the enum types with their values in order.
pub(super) async fn read(reader: &Reader<'_>) -> Result<Vec<EnumRow>> {
    let sql = format!(
        "SELECT t.oid::int8, t.typarray::int8, t.typnamespace::int8, t.typname::text, \
           ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder), \
           pg_catalog.pg_get_userbyid(t.typowner)::text, pg_catalog.array_to_string(t.typacl, E'\\n') \
         FROM pg_catalog.pg_type t WHERE t.typnamespace = ANY({}) AND t.typtype = 'e' AND {}",
        reader.schemas(),
        not_of_extension("pg_type", "t.oid"),
    );
    reader
        .rows("enum types", &sql, |row| {
            Ok(EnumRow {
                oid: row.take()?,
                array: row.take()?,
                schema: row.take()?,
                name: row.take()?,
                values: row.take()?,
                owner: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}
