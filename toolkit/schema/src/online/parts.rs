//! An index of a partitioned table in parts: each partition's is built beside others, and then belongs to the
//! partitioned table's. No I/O here.
//!
//! <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>

use crate::{
    catalog::{Index, QualifiedName, Table},
    diff::Changes,
    plan::{Action, Plan},
};

/// A partition's part of an index.
pub(super) struct Part<'c> {
    pub(super) partition: &'c Table,
    pub(super) index: &'c Index,
    /// The index that it belongs to.
    pub(super) parent: QualifiedName,
}

/// The parts of the new index `name` of the partitioned table `table`, those above before those below; none where
/// partitions come or go, or the plan makes a part in another way.
pub(super) fn parts<'c>(
    changes: &'c Changes<'_>,
    plan: &Plan,
    table: &QualifiedName,
    name: &str,
) -> Option<Vec<Part<'c>>> {
    let mut parts: Vec<Part<'c>> = Vec::new();
    let mut open = vec![(table.clone(), name.to_owned())];
    while let Some((above, name)) = open.pop() {
        let of_before = partitions(changes.from.tables.values(), &above).count();
        let of_after = partitions(changes.to.tables.values(), &above);
        let all = of_after.map(|partition| {
            let before = changes.from.tables.get(&partition.name)?;
            let mut indexes = partition.indexes.values();
            let index = indexes.find(|it| it.parent.as_deref() == Some(name.as_str()))?;
            let is_new = before.partition_of == partition.partition_of
                && !before.indexes.contains_key(&index.name)
                && !is_made(plan, &partition.name.sibling(index.name.clone()));
            is_new.then(|| Part {
                partition,
                index,
                parent: above.sibling(name.clone()),
            })
        });
        let all = all.collect::<Option<Vec<_>>>()?;
        if all.len() != of_before {
            return None;
        }
        let partitioned = all.iter().filter(|it| it.partition.partitioning.is_some());
        open.extend(partitioned.map(|it| (it.partition.name.clone(), it.index.name.clone())));
        parts.extend(all);
    }
    (!parts.is_empty()).then_some(parts)
}

fn partitions<'t>(
    tables: impl Iterator<Item = &'t Table>,
    above: &QualifiedName,
) -> impl Iterator<Item = &'t Table> {
    tables.filter(move |it| {
        it.partition_of
            .as_ref()
            .is_some_and(|it| it.parent == *above)
    })
}

/// Whether a step of the plan makes or drops this index by itself.
fn is_made(plan: &Plan, name: &QualifiedName) -> bool {
    plan.steps.iter().any(|step| {
        if let Action::CreateIndex { table, index } = &step.action {
            return table.sibling(index.name.clone()) == *name;
        }
        matches!(&step.action, Action::DropIndex { table: _, index } if index == name)
    })
}
