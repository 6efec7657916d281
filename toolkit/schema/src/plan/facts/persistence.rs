//! Tables that become logged or unlogged, and refer to each other.

use std::collections::BTreeSet;

use super::Context;
use crate::catalog::{ObjectRef, QualifiedName, Table};

/// The tables that foreign keys of `table` refer to which stay all the way.
pub(in crate::plan) fn referred_to<'t>(
    context: &Context<'_>,
    table: &'t Table,
) -> impl Iterator<Item = &'t QualifiedName> {
    let keys = table.constraints.values();
    let keys = keys.filter_map(|it| Some((&it.name, it.foreign_key()?)));
    let kept = keys.filter(|(name, _)| context.is_kept(&ObjectRef::constraint(&table.name, name)));
    kept.map(|(_, key)| &key.references)
}

/// The kept foreign keys by which tables that become logged, or unlogged, refer to each other in a circle:
/// no order of the tables would do.
pub(in crate::plan) fn in_a_circle(context: &Context<'_>) -> Vec<ObjectRef> {
    let turns = |name: &QualifiedName| {
        let tables = (context.from.tables.get(name), context.to.tables.get(name));
        matches!(tables, (Some(from), Some(to)) if from.persistence != to.persistence)
    };
    let refers = |from: &QualifiedName, to: &QualifiedName| {
        let (mut open, mut seen) = (vec![from], BTreeSet::new());
        while let Some(next) = open.pop() {
            let table = context.from.tables.get(next).filter(|_| turns(next));
            if !seen.insert(next) {
                continue;
            }
            for other in table.into_iter().flat_map(|it| referred_to(context, it)) {
                if other == to {
                    return true;
                }
                open.push(other);
            }
        }
        false
    };
    let mut found = Vec::new();
    for (from, _) in context.kept_tables().filter(|(from, _)| turns(&from.name)) {
        let keys = from.constraints.values();
        let keys = keys.filter_map(|it| Some((&it.name, it.foreign_key()?)));
        let circular = keys.filter(|(name, key)| {
            let target = &key.references;
            *target != from.name
                && turns(target)
                && context.is_kept(&ObjectRef::constraint(&from.name, name))
                && refers(target, &from.name)
        });
        found.extend(circular.map(|(name, _)| ObjectRef::constraint(&from.name, name)));
    }
    found
}
