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
    catalog::{ConstraintKind, DataType, Index, QualifiedName},
    diff::{Changes, Rename},
};

use super::{
    Action, Step, TableAction,
    positions::{is_carried, is_carried_from},
};

/// What a person should know before a step is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// What may happen.
    pub kind: HazardKind,
    /// The strongest lock that is held while the table is read or written as a whole.
    pub lock: Option<LockMode>,
    /// The same for a person, naming the object.
    pub reason: String,
}

/// The kinds of hazards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HazardKind {
    /// Data is gone afterwards, and the way back does not bring it back.
    DataLoss,
    /// Fails where the rows that are there do not fit.
    FailsOnRows,
    /// The table is written anew.
    TableRewrite,
    /// The table is read as a whole.
    TableScan,
    /// An index is built.
    IndexBuild,
    /// Code that runs now stops working.
    BreaksRunningCode,
    /// Rows that were hidden from somebody are shown.
    ExposesRows,
    /// What is stored was made by code that is replaced, and is not made again.
    LeavesStale,
    /// Fails as long as something leans on it that the plan does not touch.
    Blocked,
}

/// The locks that stop others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// Stops writes.
    Share,
    /// Stops writes and other schema changes.
    ShareRowExclusive,
    /// Stops everything.
    AccessExclusive,
}

impl Hazard {
    fn new(kind: HazardKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            lock: None,
            reason: reason.into(),
        }
    }

    fn locking(kind: HazardKind, lock: LockMode, reason: impl Into<String>) -> Self {
        Self {
            kind,
            lock: Some(lock),
            reason: reason.into(),
        }
    }
}

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
        Action::Rename(_) => {
            vec![Hazard::new(
                HazardKind::BreaksRunningCode,
                "running code still uses the old name",
            )]
        }
        Action::DropTable(table) => vec![
            Hazard::new(
                HazardKind::DataLoss,
                format!("the rows of {table} are lost"),
            ),
            Hazard::new(
                HazardKind::BreaksRunningCode,
                format!("running code still uses {table}"),
            ),
        ],
        Action::DropSequence(name) if is_carried_from(changes, name) => Vec::new(),
        Action::DropSequence(name) => {
            let reason = format!("the position of sequence {name} is lost");
            vec![Hazard::new(HazardKind::DataLoss, reason)]
        }
        Action::SetAsideType { name, aside: _ } => rebuilt_enum(name, changes),
        Action::SetAccessMethod { table, method: _ } if is_partitioned(table, changes) => {
            Vec::new()
        }
        Action::SetPersistence {
            table,
            persistence: _,
        }
        | Action::SetAccessMethod { table, method: _ } => vec![Hazard::locking(
            HazardKind::TableRewrite,
            LockMode::AccessExclusive,
            format!("{table} is written anew"),
        )],
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
        Action::DropIndex(name) => key::index_dropped(name, changes),
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
    let name = &index.name;
    let reason = format!("{table} takes no writes while index {name} is built");
    let mut hazards = vec![Hazard::locking(
        HazardKind::IndexBuild,
        LockMode::Share,
        reason,
    )];
    if index.unique {
        let reason = format!("fails where rows of {table} are equal in the keys of {name}");
        hazards.push(Hazard::new(HazardKind::FailsOnRows, reason));
    }
    hazards
}

fn added_constraint(table: &QualifiedName, name: &str, kind: &ConstraintKind) -> Hazard {
    match kind {
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion { .. } => Hazard::locking(
            HazardKind::FailsOnRows,
            LockMode::AccessExclusive,
            format!(
                "{table} is locked while the index of {name} is built; fails where its rows conflict"
            ),
        ),
        ConstraintKind::ForeignKey(key) => Hazard::locking(
            HazardKind::FailsOnRows,
            LockMode::ShareRowExclusive,
            format!(
                "{table} and {} take no writes while rows are checked; fails where {name} does not hold",
                key.references
            ),
        ),
        ConstraintKind::Check { .. } => Hazard::locking(
            HazardKind::FailsOnRows,
            LockMode::AccessExclusive,
            format!("{table} is locked while rows are checked; fails where {name} does not hold"),
        ),
    }
}

fn rebuilt_enum(name: &QualifiedName, changes: &Changes<'_>) -> Vec<Hazard> {
    let (from, to) = (changes.from.enums.get(name), changes.to.enums.get(name));
    let removed: Vec<_> = from
        .into_iter()
        .flat_map(|from| &from.values)
        .filter(|value| to.is_some_and(|to| !to.values.contains(value)))
        .map(String::as_str)
        .collect();
    if removed.is_empty() {
        return Vec::new();
    }
    let reason = format!(
        "fails where rows still hold a removed value of {name}: {}",
        removed.join(", ")
    );
    vec![Hazard::new(HazardKind::FailsOnRows, reason)]
}
