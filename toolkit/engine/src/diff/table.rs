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
    let mut columns = list::diff(&by_name(from), &by_name(to));
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
/// reverse, and a partition key's columns cannot change:
/// <https://www.postgresql.org/docs/current/sql-altertable.html>.
pub(super) fn must_replace(from: &Table, to: &Table) -> bool {
    let key = from.partitioning.as_ref().map(|it| words(&it.key));
    let is_retyped = |column: &Column| {
        let after = to.column(&column.name);
        after.is_some_and(|after| {
            (&column.data_type, &column.collation) != (&after.data_type, &after.collation)
        })
    };
    let rekeyed = key.is_some_and(|key| {
        let mut columns = from.columns.iter().filter(|it| key.contains(&it.name));
        columns.any(is_retyped)
    });
    from.partitioning != to.partitioning || from.of_type != to.of_type || rekeyed
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

fn by_name(table: &Table) -> BTreeMap<&str, Column> {
    table
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.clone()))
        .collect()
}
