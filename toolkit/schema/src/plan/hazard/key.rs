//! Keys that go, on which running code may count.

use std::collections::BTreeSet;

use super::{Break, Hazard, breaks};
use crate::{
    catalog::{
        Constraint, ConstraintKind, Deferral, ForeignKey, Index, IndexTerm, ObjectRef,
        QualifiedName, Table,
    },
    diff::Changes,
    plan::RowEvent,
};

/// A constraint that goes, perhaps to be made again.
pub(super) fn dropped(
    table: &QualifiedName,
    constraint: &Constraint,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let Some(after) = changes.to.tables.get(table) else {
        return Vec::new();
    };
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key)
            if constraint.deferral == Deferral::NotDeferrable =>
        {
            let terms = key.columns.iter().cloned().map(IndexTerm::Column);
            conflict(
                after,
                &Target {
                    terms: terms.collect(),
                    predicate: None,
                },
            )
            .map(|hazard| hazard.by(ObjectRef::constraint(table, &constraint.name)))
            .into_iter()
            .collect()
        }
        ConstraintKind::ForeignKey(key) if constraint.parent.is_none() => {
            no_longer_follows(after, &constraint.name, key, changes)
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => Vec::new(),
    }
}

/// An index that goes, perhaps to be made again.
pub(super) fn index_dropped(
    table: &QualifiedName,
    name: &QualifiedName,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let found = changes.from.tables.get(table);
    let index = found.and_then(|table| Some((table, table.indexes.get(&name.name)?)));
    let unique = index.filter(|(_, index)| index.unique);
    let hazard = unique.and_then(|(table, index)| {
        let hazard = conflict(changes.to.tables.get(&table.name)?, &target(index))?;
        Some(hazard.by(ObjectRef::index(&table.name, &index.name)))
    });
    hazard.into_iter().collect()
}

/// What `ON CONFLICT` finds a unique index by, whatever the order of its columns:
/// <https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT>.
#[derive(PartialEq, Eq)]
struct Target {
    terms: BTreeSet<IndexTerm>,
    predicate: Option<String>,
}

fn target(index: &Index) -> Target {
    Target {
        terms: index.keys.iter().map(|key| key.term.clone()).collect(),
        predicate: index.predicate.as_ref().map(|it| it.sql.clone()),
    }
}

/// Says so where nothing of `table` answers to `ON CONFLICT` with `target` any more.
fn conflict(table: &Table, target_before: &Target) -> Option<Hazard> {
    let is_there = |term: &IndexTerm| match term {
        IndexTerm::Column(name) => table.column(name).is_some(),
        IndexTerm::Expression(_) => true,
    };
    if !target_before.terms.iter().all(is_there) {
        return None;
    }
    let by_index = table
        .indexes
        .values()
        .any(|index| index.unique && target(index) == *target_before);
    let by_key = table.constraints.values().any(|other| {
        let columns = match &other.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => &key.columns,
            ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. } => return false,
        };
        let terms: BTreeSet<_> = columns.iter().cloned().map(IndexTerm::Column).collect();
        other.deferral == Deferral::NotDeferrable
            && target_before.predicate.is_none()
            && terms == target_before.terms
    });
    if by_index || by_key {
        return None;
    }
    let terms = target_before.terms.iter().map(|term| match term {
        IndexTerm::Column(name) | IndexTerm::Expression(name) => name.clone(),
    });
    let how = Break::NoConflictTarget(terms.collect());
    Some(breaks(how, ObjectRef::Table(table.name.clone())))
}

/// Rows that followed those that they refer to, and will not do so any more.
fn no_longer_follows(
    table: &Table,
    name: &str,
    key: &ForeignKey,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let target = &key.references;
    if !table.has_columns(&key.columns) || !changes.to.tables.contains_key(target) {
        return Vec::new();
    }
    let same = table
        .constraints
        .values()
        .filter_map(Constraint::foreign_key);
    let same = same
        .filter(|other| other.columns == key.columns && other.references == *target)
        .collect::<Vec<_>>();
    let actions = |of: fn(&ForeignKey) -> _| same.iter().map(|it| of(it)).collect::<Vec<_>>();
    let events = [
        (RowEvent::Delete, key.on_delete, actions(|it| it.on_delete)),
        (RowEvent::Update, key.on_update, actions(|it| it.on_update)),
    ];
    let stops = events
        .into_iter()
        .filter(|(_, before, after)| before.follows() && !after.contains(before));
    stops
        .map(|(event, before, after)| {
            let how = Break::NoLongerFollows {
                event,
                before,
                after: after.first().copied(),
            };
            breaks(how, ObjectRef::Table(target.clone()))
                .by(ObjectRef::constraint(&table.name, name))
        })
        .collect()
}
