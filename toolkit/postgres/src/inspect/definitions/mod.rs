//! Reads what is compared by its definition, all kinds that are there in one query: each kind says how
//! its rows are made.

mod aggregate;
mod foreign;
mod of_database;
mod of_table;
mod operator;
mod publication;
mod rare;
mod routine;
mod view;

use std::collections::HashMap;

use super::{
    Scope,
    dependencies::SystemCatalog,
    expression::RowFunction,
    relations::{RelationKind, RelationRow},
    row::{FIRST_NORMAL_OID, Oid, Reader, Row},
};
use crate::{Result, catalog::DefinitionKind, identifier::quote_literal};

/// A definition as read.
pub(super) struct DefinitionRow {
    pub(super) kind: Option<DefinitionKind>,
    pub(super) keywords: String,
    pub(super) catalog: SystemCatalog,
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    /// The argument types in parentheses, of what is called with them.
    pub(super) arguments: Option<String>,
    /// The relation that it belongs to, or 0.
    pub(super) relation: Oid,
    pub(super) text: String,
    /// `recreate`, `replace`, `alter` or `options`.
    pub(super) mode: String,
    pub(super) same: Vec<String>,
    pub(super) alter: Option<String>,
    /// Names, each with its value behind it.
    pub(super) options: Vec<String>,
    /// Names, each with its value behind it.
    pub(super) settings: Vec<String>,
    pub(super) body: Option<String>,
    pub(super) is_checked: bool,
    pub(super) is_filled: bool,
    pub(super) owner: String,
    pub(super) privileges: Option<String>,
}

/// The columns that each kind's part of the query gives, with what stands for "none".
struct Part {
    kind: &'static str,
    keywords: &'static str,
    catalog: &'static str,
    oid: &'static str,
    schema: &'static str,
    name: String,
    arguments: String,
    relation: &'static str,
    text: String,
    mode: &'static str,
    same: String,
    alter: String,
    options: String,
    settings: String,
    body: &'static str,
    is_checked: &'static str,
    is_filled: &'static str,
    owner: &'static str,
    privileges: &'static str,
    from: String,
    /// The kind of the relations that its rows are, which have been read.
    relations: Option<RelationKind>,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            kind: "",
            keywords: "",
            catalog: "",
            oid: "",
            schema: "",
            name: String::new(),
            arguments: "NULL::text".to_owned(),
            relation: "0::oid",
            text: String::new(),
            mode: "'recreate'",
            same: "NULL::text[]".to_owned(),
            alter: "NULL::text".to_owned(),
            options: "NULL::text[]".to_owned(),
            settings: "NULL::text[]".to_owned(),
            body: "NULL::text",
            is_checked: "false",
            is_filled: "true",
            owner: "0::oid",
            privileges: "NULL::aclitem[]",
            from: String::new(),
            relations: None,
        }
    }
}

impl Part {
    /// Of the rows `c` of `pg_class`.
    fn of_relation(kind: &'static str, keywords: &'static str, relations: RelationKind) -> Self {
        Self {
            relations: Some(relations),
            kind,
            keywords,
            catalog: "'pg_catalog.pg_class'",
            oid: "c.oid",
            schema: "c.relnamespace",
            name: "c.relname::text".to_owned(),
            owner: "c.relowner",
            privileges: "c.relacl",
            ..Self::default()
        }
    }

    fn sql(&self) -> String {
        let Self {
            kind,
            keywords,
            catalog,
            oid,
            schema,
            name,
            arguments,
            relation,
            text,
            mode,
            same,
            alter,
            options,
            settings,
            body,
            is_checked,
            is_filled,
            owner,
            privileges,
            from,
            relations: _,
        } = self;
        format!(
            "SELECT {kind} AS kind, {keywords} AS keywords, {catalog} AS catalog, {oid} AS oid, {schema} AS schema, \
               {name} AS name, {arguments} AS arguments, {relation} AS relation, {text} AS text, {mode} AS mode, \
               {same} AS same, {alter} AS alter, {options} AS options, {settings} AS settings, {body} AS body, {is_checked} AS is_checked, \
               {is_filled} AS is_filled, {owner} AS owner, {privileges} AS privileges FROM {from}"
        )
    }
}

/// Reads the definitions; of extensions also those that `scope` names wherever they are. What belongs
/// to an extension is left out, and the functions that come with a type. What is in no schema is read where
/// all schemas are.
pub(super) async fn read(
    reader: &Reader<'_>,
    scope: &Scope,
    relations: &[RelationRow],
) -> Result<Vec<DefinitionRow>> {
    let mut parts = vec![
        view::views(),
        view::materialized_views(),
        routine::routines(),
        aggregate::aggregates(),
        operator::operators(),
        of_table::triggers(),
        of_table::rules(),
        of_table::policies(),
        of_table::statistics(),
        of_database::collations(reader),
        of_database::text_search_dictionaries(),
        of_database::text_search_configurations(),
        of_database::range_types(),
        of_database::extensions(),
        foreign::tables(),
        rare::casts(),
        rare::conversions(),
        rare::event_triggers(),
    ];
    if scope.schemas.is_empty() {
        parts.extend(of_whole_database(reader));
    }
    let parts = those_there(reader, &parts, relations).await?;
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let extensions: Vec<_> = scope
        .extensions
        .iter()
        .map(|name| quote_literal(name))
        .collect();
    let mut named = if extensions.is_empty() {
        "false".to_owned()
    } else {
        format!(
            "u.kind = 'extension' AND u.name IN ({})",
            extensions.join(", ")
        )
    };
    if scope.schemas.is_empty() {
        named.push_str(" OR u.schema = 'pg_catalog'::regnamespace::oid");
    }
    let sql = format!(
        "SELECT u.kind, u.keywords, u.catalog::regclass::oid::int8, u.oid::int8, CASE u.kind WHEN 'extension' THEN 'pg_catalog' ELSE n.nspname::text END, u.name, u.arguments, \
           u.relation::int8, u.text, u.mode, u.same, u.alter, u.options, pg_catalog.array_cat(coalesce(u.settings, ARRAY[]::text[]), ARRAY( \
             SELECT pg_catalog.unnest(ARRAY['depends.' || x.extname::text, '']) FROM pg_catalog.pg_depend d \
             JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid WHERE d.classid = u.catalog::regclass::oid \
             AND d.objid = u.oid AND d.deptype = 'x' AND d.refclassid = 'pg_catalog.pg_extension'::regclass::oid)), u.body, u.is_checked, u.is_filled, \
           coalesce(pg_catalog.pg_get_userbyid(nullif(u.owner, 0::oid))::text, ''), pg_catalog.array_to_string(u.privileges, E'\\n') \
         FROM ({}) u JOIN pg_catalog.pg_namespace n ON n.oid = u.schema \
         WHERE (n.oid = ANY({}) OR {named}) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e \
           WHERE e.classid = u.catalog::regclass::oid AND e.objid = u.oid AND (e.deptype = 'e' OR \
             e.deptype = 'i' AND e.refclassid = 'pg_catalog.pg_type'::regclass::oid))",
        parts.join(" UNION ALL "),
        reader.schemas(),
    );
    reader
        .rows("views, functions and the like", &sql, |row| {
            Ok(DefinitionRow {
                kind: DefinitionKind::from_name(&row.take::<String>()?),
                keywords: row.take()?,
                catalog: SystemCatalog(row.take()?),
                oid: row.take()?,
                schema: row.take()?,
                name: row.take()?,
                arguments: row.take()?,
                relation: row.take()?,
                text: row.take()?,
                mode: row.take()?,
                same: row.take::<Option<_>>()?.unwrap_or_default(),
                alter: row.take()?,
                options: row.take::<Option<_>>()?.unwrap_or_default(),
                settings: row.take::<Option<_>>()?.unwrap_or_default(),
                body: row.take()?,
                is_checked: row.take()?,
                is_filled: row.take()?,
                owner: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}

/// What is in no schema.
fn of_whole_database(reader: &Reader<'_>) -> Vec<Part> {
    let mut parts = vec![
        foreign::wrappers(),
        foreign::servers(),
        foreign::user_mappings(),
        publication::publications(reader),
        publication::tables(reader),
    ];
    if reader.is_at_least(15) {
        parts.push(publication::schemas());
    }
    parts
}

/// Reads the functions that return rows of a table or a composite type, in whichever schema, where
/// `definitions` may call one, and those of the same names.
pub(super) async fn read_row_functions(
    reader: &Reader<'_>,
    definitions: &[DefinitionRow],
) -> Result<HashMap<Oid, RowFunction>> {
    if definitions.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT p.oid::int8, p.proname::text, ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a \
             WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) \
         FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_type t ON t.oid = p.prorettype \
         WHERE p.proname IN (SELECT o.proname FROM pg_catalog.pg_proc o JOIN pg_catalog.pg_type r ON r.oid = o.prorettype \
           WHERE r.typrelid <> 0::oid AND o.oid >= {FIRST_NORMAL_OID}::oid)"
    );
    let functions = reader
        .rows("functions that return rows", &sql, |row| {
            Ok((
                row.take()?,
                RowFunction {
                    name: row.take()?,
                    columns: row.take()?,
                },
            ))
        })
        .await?;
    Ok(functions.into_iter().collect())
}

/// The queries of the parts that have rows: to plan all of them takes longer than to read a small schema.
async fn those_there(
    reader: &Reader<'_>,
    parts: &[Part],
    relations: &[RelationRow],
) -> Result<Vec<String>> {
    let probes = parts.iter().map(|part| match part.relations {
        None => format!("EXISTS (SELECT FROM {})", part.from),
        Some(kind) => relations.iter().any(|it| it.kind == kind).to_string(),
    });
    let probes: Vec<_> = probes.collect();
    let sql = format!("SELECT ARRAY[{}]", probes.join(", ")).replace("$schemas", reader.schemas());
    let there = reader
        .rows("kinds of objects", &sql, Row::take::<Vec<bool>>)
        .await?;
    let there = there.into_iter().flatten();
    let parts = parts.iter().zip(there).filter(|(_, there)| *there);
    Ok(parts
        .map(|(part, _)| part.sql().replace("$schemas", reader.schemas()))
        .collect())
}
