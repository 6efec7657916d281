//! Foreign keys to partitioned tables whose partitions leave, if only for a while.
//!
//! PostgreSQL detaches no partition whose rows are referred to: `ATDetachCheckNoForeignKeyRefs` in
//! <https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c>.

use super::{partitions, stays_partition};
use crate::{
    catalog::{ForeignKey, ObjectRef, QualifiedName, Table},
    plan::{closure::Context, draft::Part},
};

/// Whether a partition of `table`, or one below, leaves.
pub(in crate::plan::build) fn any_leaves(context: &Context<'_>, table: &QualifiedName) -> bool {
    !leavers(context, table).is_empty()
}

/// The places of the partitions below `table` that leave.
pub(in crate::plan::build) fn leaving(context: &Context<'_>, table: &QualifiedName) -> Vec<Part> {
    let leaving = leavers(context, table).into_iter();
    leaving.map(|it| Part::Attached(it.name.clone())).collect()
}

/// The places of the partitions below what `key` refers to that leave and come back.
pub(in crate::plan::build) fn returning(context: &Context<'_>, key: &ForeignKey) -> Vec<Part> {
    let leaving = leavers(context, &key.references).into_iter();
    let returning = leaving.filter(|it| {
        let after = context.to.tables.get(&it.name);
        after.is_some_and(|after| after.partition_of.is_some())
    });
    returning
        .map(|it| Part::Attached(it.name.clone()))
        .collect()
}

fn leavers<'c>(context: &'c Context<'_>, table: &QualifiedName) -> Vec<&'c Table> {
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
