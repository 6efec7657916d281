//! New columns that `serial` says in one word.

use std::collections::BTreeMap;

use crate::{
    catalog::{Catalog, Column, ColumnRef, QualifiedName, Sequence, SequenceOptions, Table},
    identifier::MAX_BYTES,
    plan::facts::Context,
};

/// The new serial columns with their sequences, which need no statement of their own.
pub(super) struct Serial<'c> {
    columns: BTreeMap<ColumnRef, &'c Sequence>,
}

impl<'c> Serial<'c> {
    pub(super) fn new(context: &Context<'c>) -> Self {
        let added = &context.changes.sequences.added;
        let columns = added.iter().filter_map(|sequence| {
            let owner = sequence.owned_by.clone()?;
            let table = context.to.tables.get(&owner.table)?;
            let column = table.column(&owner.column)?;
            let is_new = context.from.column(&owner).is_none();
            (is_new && is_serial(context.to, table, column, sequence)).then_some((owner, sequence))
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// The sequence that comes with the new column `column`.
    pub(super) fn sequence(&self, table: &QualifiedName, column: &str) -> Option<&'c Sequence> {
        self.columns.get(&ColumnRef::new(table, column)).copied()
    }

    /// Whether a new column brings `sequence`.
    pub(super) fn brings(&self, sequence: &Sequence) -> bool {
        self.columns
            .values()
            .any(|other| other.name == sequence.name)
    }
}

/// Whether `serial` gives exactly this column and this sequence:
/// <https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL>.
fn is_serial(catalog: &Catalog, table: &Table, column: &Column, sequence: &Sequence) -> bool {
    let name = &column.data_type.name;
    catalog
        .serial_sequence(table, column)
        .is_some_and(|other| other.name == sequence.name)
        && follows_table(catalog, table, sequence)
        && column.data_type.is_built_in()
        && !column.data_type.array
        && ["smallint", "integer", "bigint"].contains(&name.as_str())
        && column.has_no_nulls()
        && column.unusual_not_null(&table.name).is_none()
        && sequence.options == SequenceOptions::defaults(name, 1)
        && default_sequence(&table.name, &column.name).as_ref() == Some(&sequence.name)
}

/// The sequence of a new serial column is logged as its table is, from PostgreSQL 15 on.
fn follows_table(catalog: &Catalog, table: &Table, sequence: &Sequence) -> bool {
    catalog.server_version < 150_000 || sequence.persistence == table.persistence
}

/// The name that PostgreSQL gives to a column's sequence, where it need not be cut.
pub(super) fn default_sequence(table: &QualifiedName, column: &str) -> Option<QualifiedName> {
    let name = format!("{}_{column}_seq", table.name);
    (name.len() <= MAX_BYTES).then(|| table.sibling(name))
}
