//! Indexes: which can be altered, and which change with a column.

use super::Context;
use crate::catalog::{ColumnRef, Index, Table};

/// Whether only a new index will do.
///
/// That of a partitioned table becomes valid once all partitions have theirs.
pub(in crate::plan) fn must_replace_index(from: &Index, to: &Index, partitioned: bool) -> bool {
    // A partition's index joins and parts with the partition.
    let alterable = Index {
        comment: to.comment.clone(),
        statistics: to.statistics.clone(),
        parent: to.parent.clone(),
        valid: from.valid || (partitioned && to.valid),
        options: to.options.clone(),
        ..from.clone()
    };
    alterable != *to
}

/// The columns of the key or the index `name` of `table`.
pub(in crate::plan) fn columns<'t>(table: &'t Table, name: &str) -> impl Iterator<Item = &'t str> {
    let index = table.indexes.get(name).into_iter();
    let index = index.flat_map(|it| it.columns(&table.name));
    let key = table.constraints.get(name).into_iter();
    index.chain(key.flat_map(|it| it.columns(&table.name)))
}

/// Whether the change of a column's type builds the key or the index `name` of `table` anew.
pub(in crate::plan) fn is_built_anew(context: &Context<'_>, table: &Table, name: &str) -> bool {
    columns(table, name).any(|column| context.is_retyped(&ColumnRef::new(&table.name, column)))
}
