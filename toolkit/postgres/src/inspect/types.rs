//! Reads the names of types, collations and operator classes that columns and indexes use.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    columns::ColumnRow,
    domains::DomainRow,
    indexes::IndexRow,
    row::{Oid, Reader, array},
};
use crate::{
    Result,
    catalog::{DataType, QualifiedName},
};

/// A type as columns use it.
pub(super) struct TypeRow {
    pub(super) data_type: Arc<DataType>,
    pub(super) collation: Oid,
    /// `typstorage`.
    pub(super) storage: char,
}

/// Types by identifier and modifier.
pub(super) type Types = HashMap<(Oid, i32), TypeRow>;

/// Reads each pair of type and modifier that one of `columns` or `domains` has.
///
/// `format_type` is called once a pair, not once a column.
pub(super) async fn read(
    reader: &Reader<'_>,
    columns: &[ColumnRow],
    domains: &[DomainRow],
) -> Result<Types> {
    let of_columns = columns.iter().map(|column| column.data_type);
    let of_domains = domains.iter().map(|domain| domain.data_type);
    let pairs: BTreeSet<(Oid, i32)> = of_columns.chain(of_domains).collect();
    let sql = format!(
        "SELECT u.oid::int8, u.modifier, n.nspname::text, e.typname::text, pg_catalog.format_type(e.oid, u.modifier), \
           t.oid <> e.oid, t.typcollation::int8, t.typstorage::text \
         FROM ROWS FROM (pg_catalog.unnest({}::oid[]), pg_catalog.unnest({}::int4[])) u(oid, modifier) JOIN pg_catalog.pg_type t ON t.oid = u.oid \
         JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typlen = -1 AND t.typelem <> 0::oid AND t.typsubscript::oid = \
           'pg_catalog.array_subscript_handler'::regproc::oid THEN t.typelem ELSE t.oid END \
         JOIN pg_catalog.pg_namespace n ON n.oid = e.typnamespace",
        array(pairs.iter().map(|(oid, _)| *oid)),
        array(pairs.iter().map(|(_, modifier)| *modifier)),
    );
    let rows = reader
        .rows("types", &sql, |row| {
            let (oid, modifier) = (row.take()?, row.take()?);
            let (schema, name, printed) = (row.take()?, row.take()?, row.take()?);
            let data_type = data_type(schema, name, printed, modifier, row.take()?);
            Ok((
                (oid, modifier),
                TypeRow {
                    data_type: Arc::new(data_type),
                    collation: row.take()?,
                    storage: row.take_code()?,
                },
            ))
        })
        .await?;
    Ok(rows.into_iter().collect())
}

fn data_type(
    schema: String,
    name: String,
    printed: String,
    modifier: i32,
    array: bool,
) -> DataType {
    let modifier = (modifier >= 0).then_some(modifier);
    if schema == "pg_catalog" {
        return DataType {
            schema,
            name: printed,
            modifiers: String::new(),
            modifier,
            array,
        };
    }
    let modifiers = match (modifier, printed.rfind('(')) {
        (Some(_), Some(open)) => printed[open..].to_owned(),
        (_, _) => String::new(),
    };
    DataType {
        schema,
        name,
        modifiers,
        modifier,
        array,
    }
}

/// Reads the collations of `columns`, `indexes` and `domains`.
pub(super) async fn read_collations(
    reader: &Reader<'_>,
    columns: &[ColumnRow],
    indexes: &[IndexRow],
    domains: &[DomainRow],
) -> Result<HashMap<Oid, QualifiedName>> {
    let of_columns = columns.iter().map(|column| &column.collation);
    let of_indexes = indexes.iter().flat_map(|index| &index.collations);
    let of_domains = domains.iter().map(|domain| &domain.collation);
    let used: BTreeSet<&Oid> = of_columns.chain(of_indexes).chain(of_domains).collect();
    let sql = format!(
        "SELECT o.oid::int8, n.nspname::text, o.collname::text FROM pg_catalog.pg_collation o \
         JOIN pg_catalog.pg_namespace n ON n.oid = o.collnamespace WHERE o.oid = ANY({}::oid[])",
        array(used.into_iter()),
    );
    names(reader, "collations", &sql).await
}

/// Reads the operator classes, each with whether it is the default of its type.
pub(super) async fn read_operator_classes(
    reader: &Reader<'_>,
) -> Result<HashMap<Oid, (QualifiedName, bool)>> {
    let sql = "SELECT o.oid::int8, n.nspname::text, o.opcname::text, o.opcdefault FROM pg_catalog.pg_opclass o \
         JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace";
    let rows = reader
        .rows("operator classes", sql, |row| {
            let oid = row.take()?;
            let name = QualifiedName {
                schema: row.take()?,
                name: row.take()?,
            };
            Ok((oid, (name, row.take()?)))
        })
        .await?;
    Ok(rows.into_iter().collect())
}

async fn names(
    reader: &Reader<'_>,
    what: &'static str,
    sql: &str,
) -> Result<HashMap<Oid, QualifiedName>> {
    let rows = reader
        .rows(what, sql, |row| {
            Ok((
                row.take()?,
                QualifiedName {
                    schema: row.take()?,
                    name: row.take()?,
                },
            ))
        })
        .await?;
    Ok(rows.into_iter().collect())
}
