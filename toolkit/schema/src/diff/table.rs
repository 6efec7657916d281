//! What differs inside a table.

use std::collections::BTreeMap;

use super::{
    list::{self, ListDiff},
    rewrite::words,
};
use crate::catalog::{Column, Constraint, Index, Table};

/// A table whose definition differs.
#[derive(Debug, Clone)]
pub struct TableChange {
    /// What is.
    pub from: Table,
    /// What should be.
    pub to: Table,
    /// Its columns.
    pub columns: ListDiff<Column>,
    /// Its constraints.
    pub constraints: ListDiff<Constraint>,
    /// Its indexes.
    pub indexes: ListDiff<Index>,
}

/// Compares two tables of one name.
pub(super) fn change(from: &Table, to: &Table) -> Option<TableChange> {
    if from == to {
        return None;
    }
    let mut columns = list::diff(by_name(from), by_name(to));
    // New columns keep the order in which the table has them.
    columns.added.sort_by_key(|added| {
        to.columns
            .iter()
            .position(|column| column.name == added.name)
    });
    let constraints = list::diff(&from.constraints, &to.constraints);
    let indexes = list::diff(&from.indexes, &to.indexes);
    let same =
        columns.is_empty() && constraints.is_empty() && indexes.is_empty() && same_itself(from, to);
    (!same).then(|| TableChange {
        from: from.clone(),
        to: to.clone(),
        columns,
        constraints,
        indexes,
    })
}

/// Whether only a new table will do: an ordinary table cannot become a partitioned one, nor the
/// reverse, a partition key's columns cannot change, and one of a type has its columns in that order:
/// <https://www.postgresql.org/docs/current/sql-altertable.html>.
pub(super) fn must_replace(from: &Table, to: &Table) -> bool {
    let is_retyped = |column: &Column| {
        let after = to.column(&column.name);
        after.is_some_and(|after| {
            (&column.data_type, &column.collation) != (&after.data_type, &after.collation)
        })
    };
    let rekeyed = key_columns(from).any(is_retyped);
    from.partitioning != to.partitioning || rekeyed || is_disordered(from, to)
}

/// The columns that a table's partition key says.
pub(crate) fn key_columns(table: &Table) -> impl Iterator<Item = &Column> {
    let key = table.partitioning.as_ref().map(|it| words(&it.key));
    let columns = table.columns.iter();
    columns.filter(move |it| key.as_ref().is_some_and(|key| key.contains(&it.name)))
}

/// Whether a table of a type would have its columns in another order than that.
fn is_disordered(from: &Table, to: &Table) -> bool {
    let kept = from.columns.iter();
    let kept = kept.filter(|it| to.column(&it.name).is_some());
    let added = to.columns.iter();
    let added = added.filter(|it| from.column(&it.name).is_none());
    let names = kept.chain(added).map(|it| &it.name);
    to.of_type.is_some() && !names.eq(to.columns.iter().map(|it| &it.name))
}

fn same_itself(from: &Table, to: &Table) -> bool {
    let Table {
        name: _,
        persistence,
        access_method,
        options,
        partitioning,
        partition_of,
        inherits,
        of_type,
        row_security,
        replica_identity,
        clustered_on,
        columns: _,
        constraints: _,
        indexes: _,
        comment,
    } = from;
    *persistence == to.persistence
        && *access_method == to.access_method
        && *options == to.options
        && *partitioning == to.partitioning
        && *partition_of == to.partition_of
        && *inherits == to.inherits
        && *of_type == to.of_type
        && *row_security == to.row_security
        && *replica_identity == to.replica_identity
        && *clustered_on == to.clustered_on
        && *comment == to.comment
}

fn by_name(table: &Table) -> BTreeMap<&String, &Column> {
    let columns = table.columns.iter();
    columns.map(|column| (&column.name, column)).collect()
}
