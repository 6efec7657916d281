//! Hazards of what is done to columns of tables that were there before.

use super::{
    Break, Failure, Hazard, LockMode, Loss, Rewrite, blocks, breaks, fails, loses, rewrites_table,
};
use crate::{
    catalog::{
        Catalog, Column, ColumnRef, GeneratedKind, Identity, IdentityKind, ObjectRef, QualifiedName,
    },
    diff::{Altered, Changes},
    plan::{NewColumn, Obstacle, facts::positions::is_carried},
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
        let filled = ObjectRef::column(table, &column.name);
        vec![rewrites_table(Rewrite::Fill, table).by(filled)]
    } else {
        Vec::new()
    }
}

/// A dropped column; a generated one's values can be made again.
pub(super) fn dropped(column: &ColumnRef, is: Option<&Column>) -> Vec<Hazard> {
    let breaks = breaks(Break::Gone, column.into());
    if is.is_some_and(|is| is.generated.is_some()) {
        return vec![breaks];
    }
    vec![loses(Loss::Values, column.into()), breaks]
}

/// A column that may no longer be null.
pub(super) fn set_not_null(column: &ColumnRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let failure = match changes.from.column(column) {
        Some(_) => Failure::IsNull,
        None => Failure::Unfilled,
    };
    let fails = fails(failure, column.into()).locking(LockMode::AccessExclusive);
    std::iter::once(fails)
        .chain(unfilled(column, changes))
        .collect()
}

/// A default that goes, for good or to be set again.
pub(super) fn default_dropped(column: &ColumnRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let was_there = changes.from.column(column);
    was_there
        .and_then(|_| unfilled(column, changes))
        .into_iter()
        .collect()
}

/// Says so where `INSERT` will have to give a value that it need not give before.
fn unfilled(column: &ColumnRef, changes: &Changes<'_>) -> Option<Hazard> {
    let after = changes.to.column(column)?;
    let must_be_given = |catalog: &Catalog, column: &Column| {
        !column.nullable
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none()
            && !domain_fills(catalog, column)
    };
    let had_to_be = changes.from.column(column);
    let had_to_be = had_to_be.is_some_and(|before| must_be_given(&changes.from, before));
    if had_to_be || !must_be_given(changes.to, after) {
        return None;
    }
    Some(breaks(Break::MustBeGiven, column.into()))
}

/// Whether the column's domain, or one under it, has a default.
fn domain_fills(catalog: &Catalog, column: &Column) -> bool {
    let mut data_type = &*column.data_type;
    while !data_type.array {
        let name = QualifiedName::new(&data_type.schema, &data_type.name);
        match catalog.domains.get(&name) {
            Some(domain) if domain.default.is_some() => return true,
            Some(domain) => data_type = &domain.data_type,
            None => return false,
        }
    }
    false
}

/// A column that becomes an identity column.
pub(super) fn identity_added(column: &ColumnRef) -> Vec<Hazard> {
    vec![breaks(Break::SequenceStarts, column.into())]
}

/// An identity column that takes no values any more.
pub(super) fn identity_altered(column: &ColumnRef, identity: &Altered<Identity>) -> Vec<Hazard> {
    let kinds = (identity.from.kind, identity.to.kind);
    if kinds != (IdentityKind::ByDefault, IdentityKind::Always) {
        return Vec::new();
    }
    vec![breaks(Break::MustNotBeGiven, column.into())]
}

/// An identity column that becomes an ordinary one.
pub(super) fn identity_dropped(column: &ColumnRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let lost = (!is_carried(changes, column)).then(|| loses(Loss::Position, column.into()));
    lost.into_iter().chain(unfilled(column, changes)).collect()
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
    let divided = ObjectRef::Table(divided.name.clone());
    vec![blocks(Obstacle::Grandchildren, column.into()).by(divided)]
}
