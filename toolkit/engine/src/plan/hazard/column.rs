//! Hazards of what is done to columns of tables that were there before.

use super::{Hazard, HazardKind, LockMode};
use crate::{
    catalog::{Column, ColumnRef, GeneratedKind, QualifiedName},
    diff::Changes,
    plan::NewColumn,
};

/// Functions whose value differs from row to row, so that a default of them fills each row.
const VOLATILE: &[&str] = &[
    "gen_random_uuid()",
    "uuid_generate_",
    "clock_timestamp()",
    "random()",
    "timeofday()",
    "nextval(",
];

/// A column added to a table that was there before.
pub(super) fn added(table: &QualifiedName, new: &NewColumn) -> Vec<Hazard> {
    let NewColumn { column, serial } = new;
    let volatile = column
        .default
        .as_ref()
        .is_some_and(|default| VOLATILE.iter().any(|name| default.sql.contains(name)));
    let stored = column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.kind == GeneratedKind::Stored);
    if *serial || volatile || stored || column.identity.is_some() {
        let reason = format!("{table} is written anew to fill {}", column.name);
        vec![Hazard::locking(
            HazardKind::TableRewrite,
            LockMode::AccessExclusive,
            reason,
        )]
    } else {
        Vec::new()
    }
}

/// A dropped column; a generated one's values can be made again.
pub(super) fn dropped(column: &ColumnRef, is: Option<&Column>) -> Vec<Hazard> {
    let reason = format!("running code still uses {column}");
    let breaks = Hazard::new(HazardKind::BreaksRunningCode, reason);
    if is.is_some_and(|is| is.generated.is_some()) {
        return vec![breaks];
    }
    let reason = format!("the values of {column} are lost");
    vec![Hazard::new(HazardKind::DataLoss, reason), breaks]
}

/// A column that may no longer be null.
pub(super) fn set_not_null(column: &ColumnRef) -> Vec<Hazard> {
    let table = &column.table;
    let reason = format!("{table} is locked while rows are checked; fails where {column} is null");
    vec![Hazard::locking(
        HazardKind::FailsOnRows,
        LockMode::AccessExclusive,
        reason,
    )]
}

/// A column that becomes an identity column.
pub(super) fn identity_added(column: &ColumnRef) -> Vec<Hazard> {
    let reason = format!("the sequence of {column} starts anew, whatever values are there");
    vec![Hazard::new(HazardKind::BreaksRunningCode, reason)]
}

/// An identity column that becomes an ordinary one.
pub(super) fn identity_dropped(column: &ColumnRef) -> Vec<Hazard> {
    let reason = format!("the position of the sequence of {column} is lost");
    vec![Hazard::new(HazardKind::DataLoss, reason)]
}

/// A generated column that becomes an ordinary one: PostgreSQL passes `DROP EXPRESSION` on to children,
/// but not to those of children, and refuses it there.
pub(super) fn expression_dropped(column: &ColumnRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let children = |parent: &QualifiedName| {
        let tables = changes.from.tables.values();
        let parent = parent.clone();
        tables.filter(move |table| table.parents().any(|name| *name == parent))
    };
    let divided = children(&column.table).find(|child| children(&child.name).next().is_some());
    let Some(divided) = divided else {
        return Vec::new();
    };
    let reason = format!(
        "{}, which inherits {column}, has children of its own",
        divided.name
    );
    vec![Hazard::new(HazardKind::Blocked, reason)]
}
