//! What a step may do to a running system. No I/O here.
//!
//! Locks: <https://www.postgresql.org/docs/current/explicit-locking.html>; rewrites:
//! <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>.

mod blocked;
mod column;
mod composite;
mod definition;
mod fit;
mod key;
mod loss;
mod outside;
mod partition;
mod policy;
mod retype;
mod stale;

use crate::{
    catalog::{ConstraintKind, DataType, Index, ObjectRef, QualifiedName},
    diff::{Changes, Rename},
};

use super::{
    Action, Break, Effect, Failure, Hazard, LockMode, Loss, Obstacle, Rewrite, Step, TableAction,
    facts::positions::{is_carried, is_carried_from},
};

/// Whether a table is written anew when a column changes its type.
pub(super) fn rewrites(from: &DataType, to: &DataType) -> bool {
    !retype::is_catalog_only(from, to)
}

/// `action` with its hazards.
pub(super) fn step(action: Action, changes: &Changes<'_>) -> Step {
    let mut hazards = hazards(&action, changes);
    hazards.extend(blocked::hazards(&action, changes));
    Step {
        action,
        hazards,
        outside_transaction: false,
    }
}

/// Hazards of what is done to objects that were there before; a new table has no rows.
#[allow(clippy::too_many_lines, reason = "a table: one arm an action")]
fn hazards(action: &Action, changes: &Changes<'_>) -> Vec<Hazard> {
    let kept = |table: &QualifiedName| changes.from.tables.contains_key(table);
    match action {
        // Code does not name indexes.
        Action::Rename(Rename::Index { .. }) => Vec::new(),
        Action::Rename(rename) => vec![breaks(Break::OldName, rename.renamed())],
        Action::DropTable(table) => {
            let table = ObjectRef::Table(table.clone());
            vec![loses(Loss::Rows, table.clone()), breaks(Break::Gone, table)]
        }
        Action::DropSequence(name) if is_carried_from(changes, name) => Vec::new(),
        Action::DropSequence(name) => {
            vec![loses(Loss::Position, ObjectRef::Sequence(name.clone()))]
        }
        Action::SetAsideType { name, aside: _ } => rebuilt_enum(name, changes),
        Action::SetAccessMethod { table, method: _ } if is_partitioned(table, changes) => {
            Vec::new()
        }
        Action::SetPersistence {
            table,
            persistence: _,
        }
        | Action::SetAccessMethod { table, method: _ } => {
            vec![rewrites_table(Rewrite::Storage, table)]
        }
        Action::AddColumn { table, column } if kept(table) => column::added(table, column),
        Action::DropColumn(column) => column::dropped(column, changes.from.column(column)),
        Action::SetNotNull(column) if kept(&column.table) => column::set_not_null(column, changes),
        Action::DropDefault(column) => column::default_dropped(column, changes),
        Action::AddIdentity { column, .. } if is_carried(changes, column) => Vec::new(),
        Action::AddIdentity { column, .. } => column::identity_added(column),
        Action::AlterIdentity { column, identity } => column::identity_altered(column, identity),
        Action::DropExpression(column) => column::expression_dropped(column, changes),
        Action::DropIdentity(column) => column::identity_dropped(column, changes),
        Action::SetType {
            column,
            data_type,
            collation: _,
            conversion,
        } => retype::hazards(
            column,
            [&data_type.from, &data_type.to],
            *conversion,
            changes,
        ),
        Action::AddConstraint { table, constraint } if kept(table) && constraint.validated => {
            vec![added_constraint(table, &constraint.name, &constraint.kind)]
        }
        Action::CreateIndex { table, index } if kept(table) => created_index(table, index),
        Action::Definition(action) => definition::hazards(action, changes),
        Action::Table {
            table,
            change: TableAction::Attach(partition),
        } => partition::attached(table, partition, kept(table), changes),
        Action::Table { table, change } if kept(table) => {
            definition::of_table(table, change, changes)
        }
        Action::CreateTable(new) => partition::made(&new.table, changes),
        Action::Domain { name, change } => definition::of_domain(name, change, changes),
        Action::Composite { name, change } => composite::hazards(name, change, changes),
        Action::DropConstraint { table, constraint } => key::dropped(table, constraint, changes),
        Action::DropIndex { table, index } => key::index_dropped(table, index, changes),
        Action::Table { .. }
        | Action::AddConstraint { .. }
        | Action::CreateIndex { .. }
        | Action::AddColumn { .. }
        | Action::SetNotNull(_)
        | Action::CreateSchema(_)
        | Action::DropSchema(_)
        | Action::CreateEnum(_)
        | Action::AddEnumValue { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. }
        | Action::DropType(_)
        | Action::CreateSequence(_)
        | Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::SetTableOptions { .. }
        | Action::SetDefault { .. }
        | Action::DropNotNull(_)
        | Action::SetStorage { .. }
        | Action::SetCompression { .. }
        | Action::SetStatistics { .. }
        | Action::AlterConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::SetIndexOptions { .. }
        | Action::SetOwner { .. }
        | Action::Online(_)
        | Action::Privileges(_)
        | Action::SkipBodyChecks
        | Action::Comment { .. } => Vec::new(),
    }
}

/// Whether it has no rows of its own.
fn is_partitioned(table: &QualifiedName, changes: &Changes<'_>) -> bool {
    let table = changes.from.tables.get(table);
    table.is_some_and(|table| table.partitioning.is_some())
}

fn created_index(table: &QualifiedName, index: &Index) -> Vec<Hazard> {
    let of = |effect| {
        Hazard::new(effect, ObjectRef::Table(table.clone()))
            .by(ObjectRef::index(table, &index.name))
    };
    let builds = of(Effect::IndexBuild).locking(LockMode::Share);
    let fails = of(Effect::FailsOnRows(Failure::EqualKeys));
    std::iter::once(builds)
        .chain(index.unique.then_some(fails))
        .collect()
}

fn added_constraint(table: &QualifiedName, name: &str, kind: &ConstraintKind) -> Hazard {
    let (failure, lock) = match kind {
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion { .. } => (Failure::Conflict, LockMode::AccessExclusive),
        ConstraintKind::ForeignKey(key) => {
            let references = Some(key.references.clone());
            (
                Failure::DoesNotHold { references },
                LockMode::ShareRowExclusive,
            )
        }
        ConstraintKind::Check { .. } => (
            Failure::DoesNotHold { references: None },
            LockMode::AccessExclusive,
        ),
    };
    fails(failure, ObjectRef::Table(table.clone()))
        .by(ObjectRef::constraint(table, name))
        .locking(lock)
}

fn rebuilt_enum(name: &QualifiedName, changes: &Changes<'_>) -> Vec<Hazard> {
    let (from, to) = (changes.from.enums.get(name), changes.to.enums.get(name));
    let removed: Vec<_> = from
        .into_iter()
        .flat_map(|from| &from.values)
        .filter(|value| to.is_some_and(|to| !to.values.contains(value)))
        .cloned()
        .collect();
    if removed.is_empty() {
        return Vec::new();
    }
    let removed = Failure::RemovedValues(removed);
    vec![fails(removed, ObjectRef::Type(name.clone()))]
}

fn loses(loss: Loss, object: ObjectRef) -> Hazard {
    Hazard::new(Effect::DataLoss(loss), object)
}

pub(crate) fn fails(failure: Failure, object: ObjectRef) -> Hazard {
    Hazard::new(Effect::FailsOnRows(failure), object)
}

fn breaks(how: Break, object: ObjectRef) -> Hazard {
    Hazard::new(Effect::BreaksRunningCode(how), object)
}

fn rewrites_table(why: Rewrite, table: &QualifiedName) -> Hazard {
    Hazard::new(Effect::TableRewrite(why), ObjectRef::Table(table.clone()))
        .locking(LockMode::AccessExclusive)
}

fn blocks(obstacle: Obstacle, object: ObjectRef) -> Hazard {
    Hazard::new(Effect::Blocked(obstacle), object)
}

/// Whether `used` is `object`, or a column of it.
fn is_or_is_inside(used: &ObjectRef, object: &ObjectRef) -> bool {
    match (used, object) {
        (ObjectRef::Column(column), ObjectRef::Table(table)) => &column.table == table,
        (used, object) => used == object,
    }
}
