//! Reads schemas.

use super::{
    Scope,
    row::{Oid, Reader, not_of_extension},
};
use crate::{Result, identifier::quote_literal};

/// A schema as read.
pub(super) struct SchemaRow {
    pub(super) oid: Oid,
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) privileges: Option<String>,
}

/// Reads the schemas in `scope` and restricts `reader` to them.
pub(super) async fn read(reader: &mut Reader<'_>, scope: &Scope) -> Result<Vec<SchemaRow>> {
    let wanted = if scope.schemas.is_empty() {
        // A fresh database's own schemas, TOAST and temporary ones are PostgreSQL's.
        format!(
            "n.nspname::text !~ '^pg_' AND n.nspname <> 'information_schema' AND {}",
            not_of_extension("pg_namespace", "n.oid")
        )
    } else {
        let names: Vec<_> = scope
            .schemas
            .iter()
            .map(|name| quote_literal(name))
            .collect();
        format!("n.nspname IN ({})", names.join(", "))
    };
    let sql = format!(
        "SELECT n.oid::int8, n.nspname::text, pg_catalog.pg_get_userbyid(n.nspowner)::text, \
         pg_catalog.array_to_string(n.nspacl, E'\\n') FROM pg_catalog.pg_namespace n WHERE {wanted} ORDER BY n.nspname"
    );
    let schemas = reader
        .rows("schemas", &sql, |row| {
            Ok(SchemaRow {
                oid: row.take()?,
                name: row.take()?,
                owner: row.take()?,
                privileges: row.take()?,
            })
        })
        .await?;
    reader.restrict_to(schemas.iter().map(|schema| schema.oid));
    Ok(schemas)
}
