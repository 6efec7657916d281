//! Constraints.

use std::borrow::Cow;

use super::{inheritance, partitions, persistence};
use crate::{
    catalog::{
        ColumnRef, Constraint, ConstraintKind, Expression, ForeignKey, ObjectRef, QualifiedName,
        Table,
    },
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, constraints::key},
        step::Action,
    },
};

pub(super) fn drafts(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let table = &to.name;
    let (mut own_from, mut own_to) = (Cow::Borrowed(from), Cow::Borrowed(to));
    if from.partition_of != to.partition_of {
        add_own(&mut own_from, inheritance::left_by_detach(context, from));
        let mut checks = inheritance::from_above(context.to, to);
        // Foreign keys come by themselves.
        checks.retain(|constraint| constraint.foreign_key().is_none());
        add_own(&mut own_to, checks);
    }
    let (from, to) = (own_from.as_ref(), own_to.as_ref());
    let mut drafts = Vec::new();
    for constraint in from.constraints.values() {
        let after = to.constraints.get(&constraint.name);
        let replaced = context.is_replaced(&ObjectRef::constraint(table, &constraint.name));
        match after {
            Some(after) if !replaced => drafts.extend(alter(table, constraint, after)),
            Some(_) | None if goes_with_column(context, to, constraint) => {}
            Some(_) | None
                if partitions::goes_with_parent(context, from, constraint.parent.as_deref()) => {}
            Some(_) | None => drafts.push(drop_whole(context, table, constraint)),
        }
        if let Some(after) = after.filter(|_| replaced) {
            drafts.extend(add_whole(context, to, after));
        }
    }
    let added = to
        .constraints
        .values()
        .filter(|constraint| !from.constraints.contains_key(&constraint.name));
    drafts.extend(added.filter_map(|constraint| add_whole(context, to, constraint)));
    drafts
}

/// Adds what a table has of its own before it is attached and after it is detached.
fn add_own(table: &mut Cow<'_, Table>, constraints: Vec<&Constraint>) {
    for constraint in constraints {
        let own = &mut table.to_mut().constraints;
        own.entry(constraint.name.clone())
            .or_insert_with(|| constraint.clone());
    }
}

/// The constraint with those of the partitions, unless it comes with that of the partitioned table.
pub(super) fn add_whole(
    context: &Context<'_>,
    table: &Table,
    constraint: &Constraint,
) -> Option<Draft> {
    let object = ObjectRef::constraint(&table.name, &constraint.name);
    let comes = partitions::comes_with_parent(context, table, &object);
    let mut add = add(&table.name, constraint);
    if let Some(key) = constraint.foreign_key() {
        add = add.needs_all(partitions::returning(context, key));
    }
    if partitions::must_wait_for_attach(context, table, &constraint.name) {
        add = add.needs(Part::Attached(table.name.clone()));
    }
    (!comes).then(|| partitions::with_members(context, add, &table.name, &constraint.name))
}

/// The drop of a constraint before a partition that leaves would keep it, or would be held up by it.
pub(super) fn before_detach(
    context: &Context<'_>,
    drop: Draft,
    table: &QualifiedName,
    constraint: &Constraint,
) -> Draft {
    // What a partition has only once it is detached goes after that.
    let is_there = ObjectRef::constraint(table, &constraint.name);
    let key = constraint
        .foreign_key()
        .filter(|_| context.from.contains(&is_there));
    let held_up = key.map(|key| partitions::leaving(context, &key.references));
    let drop = drop.releases_all(held_up.into_iter().flatten());
    let children = context.children_from(table).iter();
    let partitions = children.filter(|child| child.partition_of.is_some());
    partitions.fold(drop, |drop, it| {
        drop.releases(Part::Attached(it.name.clone()))
    })
}

fn drop_whole(context: &Context<'_>, table: &QualifiedName, constraint: &Constraint) -> Draft {
    let drop = drop(table, constraint);
    // Keys and indexes are the partition's own once it is detached.
    let drop = if constraint.has_index() {
        drop
    } else {
        before_detach(context, drop, table, constraint)
    };
    partitions::with_dropped_members(context, drop, table, &constraint.name)
}

fn alter(table: &QualifiedName, from: &Constraint, to: &Constraint) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if from.deferral != to.deferral {
        drafts.push(Draft::new(Action::AlterConstraint {
            table: table.clone(),
            constraint: to.clone(),
        }));
    }
    if from.validated != to.validated {
        drafts.push(Draft::new(Action::ValidateConstraint {
            table: table.clone(),
            name: to.name.clone(),
        }));
    }
    if let (Some(from), Some(after)) = (key(from), key(to))
        && from.options != after.options
    {
        let options = Altered {
            from: from.options.clone(),
            to: after.options.clone(),
        };
        drafts.push(Draft::new(Action::SetIndexOptions {
            table: table.clone(),
            index: table.sibling(&to.name),
            options,
        }));
    }
    drafts
}

/// Whether the drop of one of its columns takes the constraint along. A foreign key goes before a partition
/// leaves, which would have it as its own, or which it would hold up.
pub(super) fn goes_with_column(
    context: &Context<'_>,
    table: &Table,
    constraint: &Constraint,
) -> bool {
    let goes_first = constraint.foreign_key().is_some_and(|key| {
        [&table.name, &key.references]
            .into_iter()
            .any(|it| partitions::any_leaves(context, it))
    });
    can_go_with_column(constraint)
        && !goes_first
        && constraint
            .columns(&table.name)
            .iter()
            .any(|column| super::columns::is_dropped(context, table, column))
}

/// Whether the drop of any of its columns would do. An exclusion constraint goes along with a column
/// that is a key of it, and stands in the way of one inside an expression or its predicate.
fn can_go_with_column(constraint: &Constraint) -> bool {
    match constraint.kind {
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. } => true,
        ConstraintKind::Exclusion { .. } => false,
    }
}

pub(super) fn add(table: &QualifiedName, constraint: &Constraint) -> Draft {
    let draft = Draft::new(Action::AddConstraint {
        table: table.clone(),
        constraint: constraint.clone(),
    })
    .needs(ObjectRef::Table(table.clone()))
    .needs_all(parts(table, constraint))
    .provides(ObjectRef::constraint(table, &constraint.name))
    .takes(Name::Constraint(table.clone(), constraint.name.clone()));
    // A foreign key takes the first key over its columns that is there.
    let draft = match constraint.foreign_key() {
        Some(key) => draft
            .takes(key_over(&key.references, &key.referenced_columns))
            .needs_all(persistence::of_both(table, key)),
        None => draft,
    };
    let draft = match constraint.kind {
        ConstraintKind::PrimaryKey(_) => draft.takes(Name::PrimaryKey(table.clone())),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => draft,
    };
    if constraint.has_index() {
        draft.takes(Name::Relation(table.sibling(&constraint.name)))
    } else {
        draft
    }
}

fn key_over(table: &QualifiedName, columns: &[String]) -> Name {
    Name::Key(table.clone(), columns.iter().cloned().collect())
}

pub(super) fn drop(table: &QualifiedName, constraint: &Constraint) -> Draft {
    let draft = Draft::new(Action::DropConstraint {
        table: table.clone(),
        constraint: constraint.clone(),
    })
    .releases_all(parts(table, constraint))
    .ends(ObjectRef::constraint(table, &constraint.name))
    .frees(Name::Constraint(table.clone(), constraint.name.clone()));
    let draft = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => draft
            .frees(key_over(table, &key.columns))
            .frees(Name::PrimaryKey(table.clone())),
        ConstraintKind::Unique(key) => draft.frees(key_over(table, &key.columns)),
        ConstraintKind::ForeignKey(key) => draft.releases_all(persistence::of_both(table, key)),
        ConstraintKind::Check { .. } | ConstraintKind::Exclusion { .. } => draft,
    };
    if constraint.has_index() {
        draft.frees(Name::Relation(table.sibling(&constraint.name)))
    } else {
        draft
    }
}

fn parts(table: &QualifiedName, constraint: &Constraint) -> Vec<Part> {
    let own = constraint
        .columns(table)
        .into_iter()
        .map(|column| Part::Object(ObjectRef::column(table, column)));
    let mut parts: Vec<_> = own.collect();
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => {
            parts.extend(
                key.columns
                    .iter()
                    .map(|column| Part::NotNull(ColumnRef::new(table, column))),
            );
        }
        ConstraintKind::Unique(_) => {}
        ConstraintKind::ForeignKey(key) => parts.extend(referenced_parts(key)),
        ConstraintKind::Check {
            expression: Expression { uses, .. },
            ..
        }
        | ConstraintKind::Exclusion { uses, .. } => {
            parts.extend(uses.iter().map(Part::from));
        }
    }
    parts
}

fn referenced_parts(key: &ForeignKey) -> impl Iterator<Item = Part> {
    let table = Part::Object(ObjectRef::Table(key.references.clone()));
    let columns = key
        .referenced_columns
        .iter()
        .map(|name| Part::Object(ObjectRef::column(&key.references, name)));
    std::iter::once(table)
        .chain(columns)
        .chain(key.uses.iter().map(Part::from))
}
