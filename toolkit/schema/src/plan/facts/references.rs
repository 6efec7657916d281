//! Foreign keys to partitioned tables whose partitions leave, if only for a while.
//!
//! PostgreSQL detaches no partition whose rows are referred to: `ATDetachCheckNoForeignKeyRefs` in
//! <https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c>.

use super::{
    Context,
    partitions::{partitions, stays_partition},
};
use crate::catalog::{ForeignKey, ObjectRef, QualifiedName, Table};

/// The partitions below what `key` refers to that leave and come back.
pub(in crate::plan) fn returning<'c>(context: &'c Context<'_>, key: &ForeignKey) -> Vec<&'c Table> {
    let mut returning = leavers(context, &key.references);
    returning.retain(|it| {
        let after = context.to.tables.get(&it.name);
        after.is_some_and(|after| after.partition_of.is_some())
    });
    returning
}

/// The partitions below `table` that leave.
pub(in crate::plan) fn leavers<'c>(
    context: &'c Context<'_>,
    table: &QualifiedName,
) -> Vec<&'c Table> {
    let mut leavers = below(context, table);
    leavers.retain(|it| !stays_partition(&context.to.tables, it));
    leavers
}

/// The kept foreign keys that would hold up partitions which leave and come back.
pub(in crate::plan) fn holding_up(context: &Context<'_>) -> Vec<ObjectRef> {
    let mut found = Vec::new();
    for (from, to) in context.kept_tables() {
        let constraints = from.constraints.values();
        let keys = constraints.filter_map(|it| Some((&it.name, it.foreign_key()?)));
        let held = keys.filter(|(name, key)| {
            to.constraints.contains_key(*name) && !returning(context, key).is_empty()
        });
        found.extend(held.map(|(name, _)| ObjectRef::constraint(&to.name, name)));
    }
    found
}

fn below<'c>(context: &'c Context<'_>, table: &QualifiedName) -> Vec<&'c Table> {
    let mut found = Vec::new();
    let mut open = vec![table.clone()];
    while let Some(table) = open.pop() {
        for partition in partitions(context.children_from(&table)) {
            found.push(partition);
            open.push(partition.name.clone());
        }
    }
    found
}
