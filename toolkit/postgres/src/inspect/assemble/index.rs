//! Indexes.

use std::collections::HashMap;

use super::{Names, Rows};
use crate::{
    catalog::{
        ByName, Catalog, Expression, Index, IndexKey, IndexTerm, ObjectRef, Options, QualifiedName,
        Settled,
    },
    inspect::{columns::ColumnRow, dependencies::SystemCatalog, indexes::IndexRow, row::Oid},
};

const DESCENDING: i16 = 1;
const NULLS_FIRST: i16 = 2;
/// The collation `default`: <https://www.postgresql.org/docs/current/collation.html>.
const DEFAULT_COLLATION: Oid = 100;
/// Of a type that has none.
const NO_COLLATION: Oid = 0;

/// The collations of columns that have another than the database's.
pub(super) type Collations = HashMap<(Oid, i16), Oid>;

/// Those of `columns`.
pub(super) fn collations(columns: &[ColumnRow]) -> Collations {
    let others = columns.iter();
    let others = others.filter(|it| ![NO_COLLATION, DEFAULT_COLLATION].contains(&it.collation));
    others
        .map(|it| ((it.table, it.number), it.collation))
        .collect()
}

/// Adds each index to its table or materialized view.
pub(super) fn add(catalog: &mut Catalog, rows: &Rows, names: &Names, collations: &Collations) {
    for row in &rows.indexes {
        let Some(indexes) = indexes_of(catalog, names, row.table) else {
            continue;
        };
        indexes.insert(row.name.clone(), index(row, rows, names, collations));
    }
}

/// Those of a table or a materialized view.
fn indexes_of<'c>(
    catalog: &'c mut Catalog,
    names: &Names,
    relation: Oid,
) -> Option<&'c mut ByName<Index>> {
    let object = names.relation(relation)?;
    if let ObjectRef::Table(name) = object {
        return Some(&mut catalog.tables.get_mut(name)?.indexes);
    }
    Some(&mut catalog.definitions.get_mut(object)?.indexes)
}

fn index(row: &IndexRow, rows: &Rows, names: &Names, collations: &Collations) -> Index {
    let key_columns = usize::try_from(row.key_columns)
        .unwrap_or_default()
        .min(row.columns.len());
    let (keys, include) = row.columns.split_at(key_columns);
    let mut expressions = row.expressions.iter();
    let keys = keys.iter().enumerate().map(|(position, number)| {
        let flags = row.flags.get(position).copied().unwrap_or_default();
        let collation = row.collations.get(position).copied().unwrap_or_default();
        let is_own = match collations.get(&(row.table, *number)) {
            Some(own) => collation == *own,
            None => [NO_COLLATION, DEFAULT_COLLATION].contains(&collation),
        };
        let term = match names.column(row.table, *number) {
            Some(column) => IndexTerm::Column(column.to_owned()),
            None => IndexTerm::Expression(expressions.next().cloned().unwrap_or_default()),
        };
        IndexKey {
            term,
            collation: if is_own {
                None
            } else {
                rows.collations.get(&collation).cloned()
            },
            operator_class: operator_class(row, rows, position),
            operator_class_options: operator_class_options(row, position),
            descending: flags & DESCENDING != 0,
            nulls_first: flags & NULLS_FIRST != 0,
        }
    });
    Index {
        name: row.name.clone(),
        parent: row.parent.clone(),
        unique: row.unique,
        method: row.method.clone(),
        keys: keys.collect(),
        include: names.columns(row.table, include),
        nulls_not_distinct: row.nulls_not_distinct,
        predicate: row.predicate.clone().map(|sql| Expression {
            sql,
            uses: names.uses(SystemCatalog::CLASS, row.oid),
        }),
        options: row.options.clone(),
        valid: row.valid,
        settled: Settled(row.settled),
        uses: names.uses(SystemCatalog::CLASS, row.oid),
        statistics: row
            .statistics
            .iter()
            .filter_map(|it| it.split_once('='))
            .filter_map(|(key, target)| Some((key.parse().ok()?, target.parse().ok()?)))
            .collect(),
        comment: rows.comment(SystemCatalog::CLASS, row.oid),
    }
}

/// The operator class, where it is not the default or has parameters, which need its name.
fn operator_class(row: &IndexRow, rows: &Rows, position: usize) -> Option<QualifiedName> {
    let oid = row.operator_classes.get(position)?;
    let (name, is_default) = rows.operator_classes.get(oid)?;
    let has_options = !operator_class_options(row, position).is_empty();
    (!is_default || has_options).then(|| name.clone())
}

fn operator_class_options(row: &IndexRow, position: usize) -> Options {
    let options = row
        .operator_class_options
        .as_ref()
        .and_then(|all| all.get(position));
    options
        .map(String::as_str)
        .unwrap_or_default()
        .lines()
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
