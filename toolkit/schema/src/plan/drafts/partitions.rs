//! Partitions: how a new one is made, and whose work their keys and indexes are.

mod references;

use std::collections::BTreeSet;

use crate::{
    catalog::{Constraint, ConstraintKind, ObjectRef, QualifiedName, Table},
    plan::{
        draft::{Draft, Name, Part},
        facts::{
            Context,
            member::{Member, members},
            partitions::{
                Form, form, is_new, is_own_key, is_there_first, partitions, stays_partition,
            },
            pieces,
        },
        step::{Action, TableAction},
    },
};

pub(super) use references::{any_leaves, leaving, returning};

use super::inheritance::table_action;

/// Lets `draft`, which makes the key or index `name` of `table` while there are partitions, make
/// theirs too, unless it is made in pieces.
pub(super) fn with_members(
    context: &Context<'_>,
    mut draft: Draft,
    table: &QualifiedName,
    name: &str,
) -> Draft {
    draft = after_leaving(context, draft, table);
    let mut open = vec![(table.clone(), name.to_owned())];
    while let Some((parent, name)) = open.pop() {
        let in_pieces = context.is_in_pieces(&parent, &name);
        for partition in partitions(context.children_to(&parent)) {
            draft = draft
                .needs(ObjectRef::Table(partition.name.clone()))
                .needs(Part::Attached(partition.name.clone()));
            if in_pieces {
                continue;
            }
            let above = context.to.tables.get(&parent);
            for member in members(partition, above).filter(|it| it.parent == name) {
                let relation = Name::Relation(partition.name.sibling(member.name));
                draft = draft.provides(member.object).takes(relation);
                open.push((partition.name.clone(), member.name.to_owned()));
            }
        }
    }
    if !context.is_in_pieces(table, name) {
        return draft;
    }
    let objects = ObjectRef::key_or_index(table, name).into_iter();
    let draft = objects.fold(draft, |draft, it| draft.provides(Part::Alone(it)));
    alone(draft)
}

/// The same for the partitioned table alone, `ON ONLY`.
fn alone(mut draft: Draft) -> Draft {
    if let Action::CreateIndex { table: _, index } = &mut draft.action {
        index.valid = false;
    }
    if let Action::AddConstraint {
        table: _,
        constraint,
    } = &mut draft.action
        && let ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) = &mut constraint.kind
    {
        key.valid = false;
    }
    draft
}

/// Lets `draft`, which does something to `table` and all its partitions, come after those that leave, if
/// only for a while.
pub(super) fn after_leaving(
    context: &Context<'_>,
    mut draft: Draft,
    table: &QualifiedName,
) -> Draft {
    let mut open = vec![table];
    while let Some(table) = open.pop() {
        for partition in partitions(context.children_from(table)) {
            if stays_partition(&context.to.tables, partition) {
                open.push(&partition.name);
            } else {
                draft = draft.takes(Name::Partition(partition.name.clone()));
            }
        }
    }
    draft
}

/// Lets `draft`, which drops the key or index `name` of `table`, drop those of its partitions too.
pub(super) fn with_dropped_members(
    context: &Context<'_>,
    mut draft: Draft,
    table: &QualifiedName,
    name: &str,
) -> Draft {
    let mut open = vec![(table.clone(), name.to_owned())];
    while let Some((parent, name)) = open.pop() {
        for partition in partitions(context.children_from(&parent)) {
            for member in members(partition, None).filter(|it| it.parent == name) {
                draft = draft
                    .ends(member.object)
                    .frees(Name::Relation(partition.name.sibling(member.name)));
                open.push((partition.name.clone(), member.name.to_owned()));
            }
        }
    }
    draft
}

/// Whether PostgreSQL alone makes the constraint of a partition.
pub(super) fn comes_by_itself(constraint: &Constraint) -> bool {
    constraint.parent.is_some() && matches!(constraint.kind, ConstraintKind::Exclusion { .. })
}

/// Whether a new key or index of a partition is made together with that of its partitioned table.
pub(super) fn comes_with_parent(context: &Context<'_>, table: &Table, object: &ObjectRef) -> bool {
    let Some(above) = table.partition_of.as_ref().map(|it| &it.parent) else {
        return false;
    };
    let Some(above) = context.to.tables.get(above) else {
        return false;
    };
    let found = members(table, Some(above)).find(|it| it.object == *object);
    let Some(member) = found.filter(|member| member.has_default_name) else {
        return false;
    };
    if member.comes_by_itself {
        return true;
    }
    if is_there_first(context, above, member.parent) {
        return is_new(context, table) && form(context, table) == Form::Inline;
    }
    !is_own_key(context, table, &member) && !context.is_in_pieces(&above.name, member.parent)
}

/// Whether a key or index of a partition goes by itself with that of its partitioned table.
pub(super) fn goes_with_parent(context: &Context<'_>, table: &Table, parent: Option<&str>) -> bool {
    let above = table.partition_of.as_ref().map(|it| &it.parent);
    let stays = stays_partition(&context.to.tables, table);
    let Some((above, name)) = above.zip(parent).filter(|_| stays) else {
        return false;
    };
    ObjectRef::key_or_index(above, name)
        .iter()
        .any(|object| context.from.contains(object) && context.is_dropped(object))
}

/// The keys and indexes of a partition that belong to one of its partitioned table.
pub(super) fn joined(table: &Table) -> impl Iterator<Item = ObjectRef> {
    members(table, None).map(|member| member.object)
}

/// Those that a partition must have before it is attached.
pub(super) fn joined_by_attach(context: &Context<'_>, table: &Table) -> Vec<ObjectRef> {
    let above = table.partition_of.as_ref();
    let Some(above) = above.and_then(|it| context.to.tables.get(&it.parent)) else {
        return Vec::new();
    };
    members(table, Some(above))
        .filter(|member| !member.comes_by_itself)
        .filter(|member| is_there_first(context, above, member.parent))
        .map(|member| member.object)
        .collect()
}

/// The names of the keys and indexes of `table` that go: a partitioned table's would take them.
pub(super) fn gone(context: &Context<'_>, table: &Table) -> Vec<Name> {
    let constraints = table.constraints.values().filter(|it| it.has_index());
    let constraints = constraints.map(|it| &it.name);
    let names = constraints.chain(table.indexes.keys());
    names
        .filter(|name| {
            let mut objects = ObjectRef::key_or_index(&table.name, name).into_iter();
            objects.any(|it| context.from.contains(&it) && context.is_dropped(&it))
        })
        .map(|name| Name::Relation(table.name.sibling(name)))
        .collect()
}

/// Whether a partition's key or index must wait until it is attached, or PostgreSQL would take it for one
/// that belongs to an equal one of the partitioned table, though it is the partition's own or belongs to
/// one that comes later.
pub(super) fn must_wait_for_attach(context: &Context<'_>, table: &Table, name: &str) -> bool {
    let above = table.partition_of.as_ref();
    let Some(above) = above.and_then(|it| context.to.tables.get(&it.parent)) else {
        return false;
    };
    let mut members = members(table, None);
    match members.find(|member| member.name == name) {
        None => pieces::is_like_one_of(table, name, above, |_| true),
        Some(member) => {
            let is_there = |name: &str| is_there_first(context, above, name);
            !is_there(member.parent) && pieces::is_like_one_of(table, name, above, is_there)
        }
    }
}

/// What of the partitioned tables above a partition those who lean on it lean on, so that it must be free before one of
/// its partitions is dropped.
pub(super) fn held_up(context: &Context<'_>, table: &Table) -> Vec<Part> {
    let mut held = Vec::new();
    let mut open: Vec<_> = members(table, None)
        .map(|member| (table, member.parent.to_owned()))
        .collect();
    while let Some((table, name)) = open.pop() {
        let Some(partition) = &table.partition_of else {
            continue;
        };
        held.extend(ObjectRef::key_or_index(&partition.parent, &name).map(Part::Object));
        if let Some(above) = context.from.tables.get(&partition.parent) {
            let mut upper = members(above, None).filter(|member| member.name == name);
            open.extend(upper.next().map(|member| (above, member.parent.to_owned())));
        }
    }
    held
}

/// Whether a foreign key that stays refers to the partitioned table above `table`: PostgreSQL drops
/// such a partition only after it is detached.
pub(super) fn is_referenced_above(context: &Context<'_>, table: &Table) -> bool {
    let mut above = BTreeSet::new();
    let mut next = table.partition_of.as_ref().map(|it| &it.parent);
    while let Some(parent) = next {
        above.insert(parent);
        let table = context.from.tables.get(parent);
        next = table.and_then(|it| Some(&it.partition_of.as_ref()?.parent));
    }
    if above.is_empty() {
        return false;
    }
    let tables = context.from.tables.values();
    let mut keys = tables.flat_map(|table| {
        let constraints = table.constraints.values();
        constraints.filter_map(|it| Some((&table.name, it, it.foreign_key()?)))
    });
    let stays = |table: &QualifiedName, constraint: &Constraint| {
        !context.is_dropped(&ObjectRef::constraint(table, &constraint.name))
    };
    keys.any(|(table, constraint, key)| above.contains(&key.references) && stays(table, constraint))
}

/// `ALTER INDEX … ATTACH PARTITION` for what joins a kept key or index of the partitioned table, or
/// one that is made in pieces.
pub(super) fn joins(context: &Context<'_>, from: Option<&Table>, to: &Table) -> Vec<Draft> {
    let above = to.partition_of.as_ref();
    let Some(above) = above.and_then(|it| context.to.tables.get(&it.parent)) else {
        return Vec::new();
    };
    let stays = from.filter(|from| from.partition_of == to.partition_of);
    let joins_kept = |member: &Member<'_>| {
        stays.is_some_and(|from| {
            let mut before = members(from, Some(above));
            let was = before.any(|it| it.object == member.object && it.parent == member.parent);
            !was || context.is_replaced(&member.object)
        })
    };
    let joining = members(to, Some(above)).filter(|it| !it.comes_by_itself);
    let joining = joining.filter(|member| {
        if is_there_first(context, above, member.parent) {
            joins_kept(member)
        } else {
            context.is_in_pieces(&above.name, member.parent)
        }
    });
    let attach = |member: Member<'_>| {
        let change = TableAction::AttachIndex {
            parent: above.name.sibling(member.parent),
            index: to.name.sibling(member.name),
        };
        let parents = ObjectRef::key_or_index(&above.name, member.parent);
        let draft = table_action(&to.name, change)
            .needs(member.object)
            .needs_all(parents.clone().map(Part::Alone));
        parents.into_iter().fold(draft, Draft::provides)
    };
    joining.map(attach).collect()
}
