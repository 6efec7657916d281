//! Partitions that come to a table that has rows.

use super::{Failure, Hazard, LockMode, fails};
use crate::{
    catalog::{ObjectRef, PartitionOf, QualifiedName, Table},
    diff::Changes,
};

/// A table that becomes a partition; one that `is_kept` may have rows.
pub(super) fn attached(
    table: &QualifiedName,
    partition: &PartitionOf,
    is_kept: bool,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let own = is_kept.then(|| {
        checked(Failure::OutsidePartition, table).by(ObjectRef::Table(partition.parent.clone()))
    });
    own.into_iter()
        .chain(taken_from_default(table, partition, changes))
        .collect()
}

/// A new partition.
pub(super) fn made(table: &Table, changes: &Changes<'_>) -> Vec<Hazard> {
    let partition = table.partition_of.as_ref();
    let hazard = partition.and_then(|it| taken_from_default(&table.name, it, changes));
    hazard.into_iter().collect()
}

/// The default partition may hold no row that belongs into another one:
/// <https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION>.
fn taken_from_default(
    table: &QualifiedName,
    partition: &PartitionOf,
    changes: &Changes<'_>,
) -> Option<Hazard> {
    let is_default = |other: &&Table| {
        let known = other.partition_of.as_ref();
        let stays = changes.to.tables.get(&other.name);
        known.is_some_and(|it| it.parent == partition.parent && it.bound == "DEFAULT")
            && other.name != *table
            && stays.is_some_and(|stays| stays.partition_of == other.partition_of)
    };
    let default = changes.from.tables.values().find(is_default)?;
    let new = ObjectRef::Table(table.clone());
    Some(checked(Failure::InsidePartition, &default.name).by(new))
}

fn checked(failure: Failure, table: &QualifiedName) -> Hazard {
    fails(failure, ObjectRef::Table(table.clone())).locking(LockMode::AccessExclusive)
}
