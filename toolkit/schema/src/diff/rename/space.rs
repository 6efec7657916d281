//! Spaces of names: where two objects cannot have one name. No I/O here.

use super::Rename;
use crate::catalog::{Catalog, Constraint, ObjectRef, QualifiedName, Table};

/// Where a name must be the only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diff) enum Space {
    /// Tables, indexes, sequences and views of a schema.
    Relations(String),
    /// Types of a schema; each table has one of its name.
    Types(String),
    Columns(QualifiedName),
    Constraints(QualifiedName),
    Values(QualifiedName),
}

impl Rename {
    /// The spaces in which the renamed object of `catalog` has its name.
    pub(in crate::diff) fn spaces(&self, catalog: &Catalog) -> Vec<Space> {
        let relations = |name: &QualifiedName| Space::Relations(name.schema.clone());
        let types = |name: &QualifiedName| Space::Types(name.schema.clone());
        match self {
            Self::Table { from, to: _ } => vec![relations(from), types(from)],
            Self::Column { table, .. } => vec![Space::Columns(table.clone())],
            Self::Index { table, .. } => vec![relations(table)],
            Self::Sequence { from, to: _ } => vec![relations(from)],
            Self::Enum { from, to: _ } => vec![types(from)],
            Self::EnumValue { name, .. } => vec![Space::Values(name.clone())],
            Self::Constraint { table, from, to: _ } => {
                let itself = catalog
                    .tables
                    .get(table)
                    .and_then(|table| table.constraints.get(from));
                let index = itself.is_some_and(Constraint::has_index);
                let mut spaces = vec![Space::Constraints(table.clone())];
                spaces.extend(index.then(|| relations(table)));
                spaces
            }
        }
    }
}

impl Space {
    /// Whether something in `catalog` has the name.
    pub(in crate::diff) fn holds(&self, catalog: &Catalog, name: &str) -> bool {
        match self {
            Self::Relations(schema) => {
                let qualified = QualifiedName::new(schema, name);
                let mut of_schema = catalog.tables.values();
                catalog.sequences.contains_key(&qualified)
                    || is_unmanaged(catalog, &qualified)
                    || is_view(catalog, &qualified)
                    || of_schema.any(|table| has_relation(table, &qualified))
            }
            Self::Types(schema) => {
                let qualified = QualifiedName::new(schema, name);
                catalog.contains(&ObjectRef::Type(qualified.clone()))
                    || catalog.tables.contains_key(&qualified)
                    || is_view(catalog, &qualified)
                    || is_unmanaged(catalog, &qualified)
            }
            Self::Columns(table) => {
                let table = catalog.tables.get(table);
                table.is_some_and(|table| table.column(name).is_some())
            }
            Self::Constraints(table) => {
                let table = catalog.tables.get(table);
                table.is_some_and(|table| table.constraints.contains_key(name))
            }
            Self::Values(enumeration) => {
                let enumeration = catalog.enums.get(enumeration);
                enumeration.is_some_and(|it| it.values.iter().any(|value| value == name))
            }
        }
    }
}

/// Whether `table` is the relation, or one of its indexes or identity columns' sequences.
fn has_relation(table: &Table, relation: &QualifiedName) -> bool {
    let constraint = table.constraints.get(&relation.name);
    let in_schema = table.name.schema == relation.schema
        && (table.name.name == relation.name
            || table.indexes.contains_key(&relation.name)
            || constraint.is_some_and(Constraint::has_index));
    let mut identities = table
        .columns
        .iter()
        .filter_map(|column| column.identity.as_ref());
    in_schema || identities.any(|identity| &identity.sequence == relation)
}

fn is_unmanaged(catalog: &Catalog, name: &QualifiedName) -> bool {
    catalog.unmanaged.iter().any(|object| &object.name == name)
}

/// Whether it is a view, or an index of a materialized one.
fn is_view(catalog: &Catalog, name: &QualifiedName) -> bool {
    catalog.definitions.values().any(|definition| {
        definition.kind.is_relation()
            && (&definition.name == name
                || (definition.name.schema == name.schema
                    && definition.indexes.contains_key(&name.name)))
    })
}
