//! Reads the names of what is not modelled and is no relation.

use super::{
    Scope,
    dependencies::SystemCatalog,
    row::{FIRST_NORMAL_OID, Oid, Reader},
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
pub(super) async fn read(reader: &Reader<'_>, scope: &Scope) -> Result<Vec<UnmanagedRow>> {
    let mut parts = parts();
    parts.extend(of_relations());
    let mut beyond = "false".to_owned();
    if scope.schemas.is_empty() {
        parts.push(SUBSCRIPTIONS.to_owned());
        beyond = format!(
            "u.kind IN ('access method', 'language', 'transform', 'subscription') AND u.oid >= {FIRST_NORMAL_OID}::oid"
        );
    } else {
        parts.push(PUBLISHED.to_owned());
    }
    let parts = parts.join(" UNION ALL ");
    let sql = format!(
        "SELECT u.kind, u.catalog::regclass::oid::int8, u.oid::int8, n.nspname::text, u.name FROM ({parts}) u \
         JOIN pg_catalog.pg_namespace n ON n.oid = u.schema WHERE (n.oid = ANY({}) OR {beyond}) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e \
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

/// What publications have of the tables: publications belong to the database.
const PUBLISHED: &str = "SELECT 'publication', 'pg_catalog.pg_publication_rel', r.oid, c.relnamespace, \
     pg_catalog.concat(x.pubname::text, ' of ', c.relname::text) FROM pg_catalog.pg_publication_rel r \
     JOIN pg_catalog.pg_publication x ON x.oid = r.prpubid JOIN pg_catalog.pg_class c ON c.oid = r.prrelid";

/// Of one subscription only its columns but the connection may be read by all:
/// <https://www.postgresql.org/docs/current/catalog-pg-subscription.html>.
const SUBSCRIPTIONS: &str = "SELECT 'subscription', 'pg_catalog.pg_subscription', x.oid, 'pg_catalog'::regnamespace::oid, \
     x.subname::text FROM pg_catalog.pg_subscription x JOIN pg_catalog.pg_database d ON d.oid = x.subdbid \
     WHERE d.datname = pg_catalog.current_database()";

/// What is set of relations and is not compared. It is no object of its own, so nothing refers to it.
fn of_relations() -> [String; 2] {
    [
        "SELECT 'tablespace', 'pg_catalog.pg_tablespace', c.oid, c.relnamespace, \
           pg_catalog.concat(s.spcname::text, ' of ', c.relname::text) FROM pg_catalog.pg_class c \
           JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I')"
            .to_owned(),
        "SELECT 'index that depends on extension', 'pg_catalog.pg_index', c.oid, c.relnamespace, \
           pg_catalog.concat(x.extname::text, ': ', c.relname::text) FROM pg_catalog.pg_depend d \
           JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('i', 'I') \
           JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid \
           WHERE d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.deptype = 'x' \
             AND d.refclassid = 'pg_catalog.pg_extension'::regclass::oid"
            .to_owned(),
    ]
}

fn parts() -> Vec<String> {
    vec![
        "SELECT 'base type' AS kind, 'pg_catalog.pg_type' AS catalog, oid, typnamespace AS schema, typname::text AS name \
           FROM pg_catalog.pg_type WHERE typtype = 'b' AND typsubscript::oid <> 'pg_catalog.array_subscript_handler'::regproc::oid"
            .to_owned(),
        of("operator class", "pg_opclass", "opcnamespace", "opcname"),
        // One is made with each operator class that names none.
        "SELECT 'operator family', 'pg_catalog.pg_opfamily', f.oid, f.opfnamespace, f.opfname::text \
           FROM pg_catalog.pg_opfamily f WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_opclass c WHERE c.opcfamily = f.oid)"
            .to_owned(),
        of("text search parser", "pg_ts_parser", "prsnamespace", "prsname"),
        of("text search template", "pg_ts_template", "tmplnamespace", "tmplname"),
        // What is in no schema is where what it uses is.
        "SELECT 'access method', 'pg_catalog.pg_am', a.oid, p.pronamespace, a.amname::text FROM pg_catalog.pg_am a \
           JOIN pg_catalog.pg_proc p ON p.oid = a.amhandler::oid"
            .to_owned(),
        "SELECT 'language', 'pg_catalog.pg_language', x.oid, 'pg_catalog'::regnamespace::oid, x.lanname::text \
           FROM pg_catalog.pg_language x"
            .to_owned(),
        "SELECT 'transform', 'pg_catalog.pg_transform', x.oid, 'pg_catalog'::regnamespace::oid, \
           pg_catalog.concat(x.trftype::regtype::text, ' for ', l.lanname::text) FROM pg_catalog.pg_transform x \
           JOIN pg_catalog.pg_language l ON l.oid = x.trflang"
            .to_owned(),
        "SELECT 'security label', 'pg_catalog.pg_seclabel', s.objoid, coalesce(c.relnamespace, p.pronamespace, \
             t.typnamespace, n.oid), pg_catalog.concat(s.provider, ' on ', \
             pg_catalog.pg_describe_object(s.classoid, s.objoid, s.objsubid)) FROM pg_catalog.pg_seclabel s \
           LEFT JOIN pg_catalog.pg_class c ON s.classoid = 'pg_catalog.pg_class'::regclass::oid AND c.oid = s.objoid \
           LEFT JOIN pg_catalog.pg_proc p ON s.classoid = 'pg_catalog.pg_proc'::regclass::oid AND p.oid = s.objoid \
           LEFT JOIN pg_catalog.pg_type t ON s.classoid = 'pg_catalog.pg_type'::regclass::oid AND t.oid = s.objoid \
           LEFT JOIN pg_catalog.pg_namespace n ON s.classoid = 'pg_catalog.pg_namespace'::regclass::oid AND n.oid = s.objoid"
            .to_owned(),
    ]
}

fn of(kind: &str, catalog: &str, schema: &str, name: &str) -> String {
    format!(
        "SELECT '{kind}', 'pg_catalog.{catalog}', oid, {schema}, {name}::text FROM pg_catalog.{catalog}"
    )
}
