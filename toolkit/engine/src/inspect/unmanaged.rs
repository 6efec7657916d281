//! Reads the names of what is not modelled and is no relation.

use sea_orm::ConnectionTrait;

use super::{
    dependencies::SystemCatalog,
    row::{Oid, Reader, not_of_extension},
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

/// Reads functions, types, triggers and the like, all in one query.
pub(super) async fn read<C: ConnectionTrait>(reader: &Reader<'_, C>) -> Result<Vec<UnmanagedRow>> {
    let parts = [of_schemas(), of_tables()]
        .concat()
        .join(" UNION ALL ")
        .replace("$schemas", reader.schemas());
    let sql = format!(
        "SELECT u.kind, u.catalog::regclass::oid::int8, u.oid::int8, n.nspname::text, u.name FROM ({parts}) u \
         JOIN pg_namespace n ON n.oid = u.schema WHERE n.oid = ANY({}) AND NOT EXISTS (SELECT FROM pg_depend e \
         WHERE e.classid = u.catalog::regclass AND e.objid = u.oid AND e.deptype = 'e') ORDER BY 1, 4, 5",
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

fn of_schemas() -> Vec<String> {
    vec![
        "SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' \
           ELSE 'function' END AS kind, 'pg_proc' AS catalog, oid, pronamespace AS schema, \
           proname || '(' || pg_get_function_identity_arguments(oid) || ')' AS name FROM pg_proc \
           WHERE pronamespace = ANY($schemas)"
            .to_owned(),
        "SELECT CASE typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'base type' END, 'pg_type', oid, \
           typnamespace, typname::text FROM pg_type WHERE typnamespace = ANY($schemas) AND typtype IN ('d', 'r', 'b') \
           AND typsubscript <> 'array_subscript_handler'::regproc"
            .to_owned(),
        of("statistics", "pg_statistic_ext", "stxnamespace", "stxname"),
        of("collation", "pg_collation", "collnamespace", "collname"),
        of("operator", "pg_operator", "oprnamespace", "oprname"),
        of("text search configuration", "pg_ts_config", "cfgnamespace", "cfgname"),
        of("text search dictionary", "pg_ts_dict", "dictnamespace", "dictname"),
        of("extension", "pg_extension", "extnamespace", "extname"),
    ]
}

fn of_tables() -> Vec<String> {
    let of_table = |kind: &str, catalog: &str, table: &str, name: &str, condition: &str| {
        format!(
            "SELECT '{kind}', '{catalog}', x.oid, c.relnamespace, c.relname || '.' || x.{name} FROM {catalog} x \
             JOIN pg_class c ON c.oid = x.{table} WHERE {condition} AND {}",
            not_of_extension("pg_class", "c.oid")
        )
    };
    vec![
        of_table(
            "trigger",
            "pg_trigger",
            "tgrelid",
            "tgname",
            "NOT x.tgisinternal",
        ),
        of_table("policy", "pg_policy", "polrelid", "polname", "true"),
        of_table(
            "rule",
            "pg_rewrite",
            "ev_class",
            "rulename",
            "x.rulename <> '_RETURN'",
        ),
    ]
}

fn of(kind: &str, catalog: &str, schema: &str, name: &str) -> String {
    format!("SELECT '{kind}', '{catalog}', oid, {schema}, {name}::text FROM {catalog}")
}
