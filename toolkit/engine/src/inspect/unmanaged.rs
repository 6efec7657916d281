//! Reads the names of what is not modelled and is no relation.

use sea_orm::ConnectionTrait;

use super::{
    dependencies::SystemCatalog,
    row::{Oid, Reader},
};
use crate::{Result, catalog::UnmanagedKind};

/// An unmanaged object as read.
pub(super) struct UnmanagedRow {
    pub(super) kind: Option<UnmanagedKind>,
    pub(super) catalog: SystemCatalog,
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
}

/// Reads operator classes, base types and the like, all in one query.
pub(super) async fn read<C: ConnectionTrait>(reader: &Reader<'_, C>) -> Result<Vec<UnmanagedRow>> {
    let parts = parts().join(" UNION ALL ");
    let sql = format!(
        "SELECT u.kind, u.catalog::regclass::oid::int8, u.oid::int8, n.nspname::text, u.name FROM ({parts}) u \
         JOIN pg_catalog.pg_namespace n ON n.oid = u.schema WHERE n.oid = ANY({}) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e \
         WHERE e.classid = u.catalog::regclass::oid AND e.objid = u.oid AND e.deptype IN ('e', 'i')) ORDER BY 1, 4, 5",
        reader.schemas(),
    );
    reader
        .rows("unmanaged objects", &sql, |row| {
            Ok(UnmanagedRow {
                kind: UnmanagedKind::from_name(&row.take::<String>()?),
                catalog: SystemCatalog(row.take()?),
                oid: row.take()?,
                schema: row.take()?,
                name: row.take()?,
            })
        })
        .await
}

fn parts() -> Vec<String> {
    vec![
        "SELECT 'base type' AS kind, 'pg_catalog.pg_type' AS catalog, oid, typnamespace AS schema, typname::text AS name \
           FROM pg_catalog.pg_type WHERE typtype = 'b' AND typsubscript::oid <> 'pg_catalog.array_subscript_handler'::regproc::oid"
            .to_owned(),
        of("operator class", "pg_opclass", "opcnamespace", "opcname"),
        // What is in no schema is where what it uses is.
        "SELECT 'cast', 'pg_catalog.pg_cast', c.oid, coalesce(p.pronamespace, CASE WHEN s.typnamespace = 'pg_catalog'::regnamespace::oid \
             THEN t.typnamespace ELSE s.typnamespace END), \
           pg_catalog.format_type(s.oid, NULL) || ' AS ' || pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_cast c \
           JOIN pg_catalog.pg_type s ON s.oid = c.castsource JOIN pg_catalog.pg_type t ON t.oid = c.casttarget \
           LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc"
            .to_owned(),
        "SELECT 'event trigger', 'pg_catalog.pg_event_trigger', e.oid, p.pronamespace, e.evtname::text \
           FROM pg_catalog.pg_event_trigger e JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid"
            .to_owned(),
    ]
}

fn of(kind: &str, catalog: &str, schema: &str, name: &str) -> String {
    format!(
        "SELECT '{kind}', 'pg_catalog.{catalog}', oid, {schema}, {name}::text FROM pg_catalog.{catalog}"
    )
}
