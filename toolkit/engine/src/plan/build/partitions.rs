//! Partitions: how a new one is made, and whose work their keys and indexes are.

use std::collections::BTreeMap;

use crate::{
    catalog::{Constraint, ConstraintKind, Index, IndexTerm, ObjectRef, QualifiedName, Table},
    identifier::MAX_BYTES,
    plan::{
        closure::Context,
        draft::{Draft, Name, Part},
        step::TableAction,
    },
};

use super::{constraints, inheritance::table_action};

/// How a new partition is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `CREATE TABLE … PARTITION OF`.
    Inline,
    /// As a table of its own that is attached afterwards.
    Attached,
    /// It is no partition.
    Alone,
}

/// A key or an index of a partition, with the one of the partitioned table that it belongs to.
struct Member<'t> {
    object: ObjectRef,
    name: &'t str,
    parent: &'t str,
    has_default_name: bool,
}

/// The key or the index `name` of `table`: only one of the two can be there.
fn key_or_index(table: &QualifiedName, name: &str) -> [ObjectRef; 2] {
    [
        ObjectRef::constraint(table, name),
        ObjectRef::index(table, name),
    ]
}

/// How the new table `table` is made.
pub(super) fn form(context: &Context<'_>, table: &Table) -> Form {
    let Some(partition) = &table.partition_of else {
        return Form::Alone;
    };
    let Some(parent) = context.to.tables.get(&partition.parent) else {
        return Form::Attached;
    };
    let unlike_default = members(table, Some(parent))
        .any(|member| !member.has_default_name && is_there_first(context, parent, member.parent));
    if has_columns_of(table, parent) && !unlike_default {
        Form::Inline
    } else {
        Form::Attached
    }
}

fn has_columns_of(table: &Table, parent: &Table) -> bool {
    table.columns.len() == parent.columns.len()
        && table
            .columns
            .iter()
            .zip(&parent.columns)
            .all(|(own, from)| {
                own.name == from.name
                    && own.data_type == from.data_type
                    && own.collation == from.collation
                    && own.nullable == from.nullable
                    && own.default == from.default
                    && own.generated == from.generated
                    && own.identity.is_some() == from.identity.is_some()
                    && own.storage == from.storage
                    && own.compression == from.compression
            })
}

/// Whether the parent has the key or index before a new partition is made.
fn is_there_first(context: &Context<'_>, parent: &Table, name: &str) -> bool {
    let references = key_or_index(&parent.name, name);
    let kept = references.iter().any(|object| context.is_kept(object));
    let is_new = context.is_made(&ObjectRef::Table(parent.name.clone()));
    let constraint = parent.constraints.get(name);
    kept || (is_new && constraint.is_some_and(constraints::fits_in_create_table))
}

/// The keys and indexes of a partition that belong to one of its partitioned table, `above`.
fn members<'t>(table: &'t Table, above: Option<&'t Table>) -> impl Iterator<Item = Member<'t>> {
    // An index makes no constraint.
    let constraints = table.constraints.values().filter_map(move |constraint| {
        let parent = constraint.parent.as_deref()?;
        let alike = above.is_some_and(|above| above.constraints.contains_key(parent));
        let name = &constraint.name;
        Some(Member {
            object: ObjectRef::constraint(&table.name, name),
            name,
            parent,
            has_default_name: alike && default_key_name(table, constraint).as_ref() == Some(name),
        })
    });
    let indexes = table.indexes.values().filter_map(move |index| {
        let parent = index.parent.as_deref()?;
        let alike = above.is_some_and(|above| above.indexes.contains_key(parent));
        let name = &index.name;
        Some(Member {
            object: ObjectRef::index(&table.name, name),
            name,
            parent,
            has_default_name: alike && default_index_name(table, index).as_ref() == Some(name),
        })
    });
    constraints.chain(indexes)
}

/// The name that PostgreSQL gives, where it need not be cut or numbered.
fn default_key_name(table: &Table, constraint: &Constraint) -> Option<String> {
    let name = match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => format!("{}_pkey", table.name.name),
        ConstraintKind::Unique(key) => format!("{}_{}_key", table.name.name, key.columns.join("_")),
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => return None,
    };
    (name.len() <= MAX_BYTES).then_some(name)
}

fn default_index_name(table: &Table, index: &Index) -> Option<String> {
    let keys = index.keys.iter().map(|key| match &key.term {
        IndexTerm::Column(name) => Some(name.clone()),
        IndexTerm::Expression(_) => None,
    });
    let columns: Option<Vec<_>> = keys
        .chain(index.include.iter().cloned().map(Some))
        .collect();
    let name = format!("{}_{}_idx", table.name.name, columns?.join("_"));
    let taken = table.indexes.values().filter(|other| {
        other.name != index.name && other.keys == index.keys && other.include == index.include
    });
    (name.len() <= MAX_BYTES && taken.count() == 0).then_some(name)
}

/// Lets `draft`, which makes the key or index `name` of `table` while there are partitions, make
/// theirs too, where their names are those that they get by themselves.
pub(super) fn with_members(
    context: &Context<'_>,
    mut draft: Draft,
    table: &QualifiedName,
    name: &str,
) -> Draft {
    let mut open = vec![(table.clone(), name.to_owned())];
    while let Some((parent, name)) = open.pop() {
        // An index that is not valid waits for those of the partitions to be attached.
        if is_incomplete(context, &parent, &name) {
            continue;
        }
        let children = context.children_to(&parent).iter();
        for partition in children.filter(|it| it.partition_of.is_some()) {
            draft = draft
                .needs(ObjectRef::Table(partition.name.clone()))
                .needs(Part::Attached(partition.name.clone()));
            let above = context.to.tables.get(&parent);
            for member in members(partition, above).filter(|it| it.parent == name) {
                let comes = comes_with_parent(context, partition, &member.object);
                draft = if comes {
                    let relation = Name::Relation(partition.name.sibling(member.name));
                    draft.provides(member.object).takes(relation)
                } else {
                    draft.needs(member.object)
                };
                open.push((partition.name.clone(), member.name.to_owned()));
            }
        }
    }
    draft
}

/// Whether the key or index of a partitioned table lacks that of a partition.
fn is_incomplete(context: &Context<'_>, table: &QualifiedName, name: &str) -> bool {
    let table = context.to.tables.get(table);
    table.is_some_and(|table| {
        let index = table.indexes.get(name).is_some_and(|it| !it.valid);
        let key = table.constraints.get(name).and_then(constraints::key);
        index || key.is_some_and(|key| !key.valid)
    })
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
        let children = context.children_from(&parent).iter();
        for partition in children.filter(|it| it.partition_of.is_some()) {
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

/// Whether a new key or index of a partition is made together with that of its partitioned table.
pub(super) fn comes_with_parent(context: &Context<'_>, table: &Table, object: &ObjectRef) -> bool {
    let Some(above) = table.partition_of.as_ref().map(|it| &it.parent) else {
        return false;
    };
    let found = members(table, context.to.tables.get(above)).find(|it| it.object == *object);
    let Some(member) = found.filter(|member| member.has_default_name) else {
        return false;
    };
    if context.is_made(&ObjectRef::Table(table.name.clone())) {
        return form(context, table) == Form::Inline;
    }
    stays_partition(&context.from.tables, table)
        && !is_incomplete(context, above, member.parent)
        && key_or_index(above, member.parent)
            .iter()
            .any(|object| context.is_made(object))
}

/// Whether a table is the same partition in `others`.
fn stays_partition(others: &BTreeMap<QualifiedName, Table>, table: &Table) -> bool {
    let other = others.get(&table.name);
    other.is_some_and(|other| other.partition_of == table.partition_of)
}

/// Whether a key or index of a partition goes by itself with that of its partitioned table.
pub(super) fn goes_with_parent(context: &Context<'_>, table: &Table, parent: Option<&str>) -> bool {
    let above = table.partition_of.as_ref().map(|it| &it.parent);
    let stays = stays_partition(&context.to.tables, table);
    let Some((above, name)) = above.zip(parent).filter(|_| stays) else {
        return false;
    };
    key_or_index(above, name)
        .iter()
        .any(|object| context.from.contains(object) && context.is_dropped(object))
}

/// The keys and indexes of a partition that belong to one of its partitioned table.
pub(super) fn joined(table: &Table) -> impl Iterator<Item = ObjectRef> {
    members(table, None).map(|member| member.object)
}

/// Whether a new partition's key must wait until it is attached, or PostgreSQL would take it for the
/// partitioned table's key over the same columns.
pub(super) fn must_wait_for_attach(
    context: &Context<'_>,
    table: &Table,
    constraint: &Constraint,
) -> bool {
    let Some(own) = constraints::key(constraint).filter(|_| constraint.parent.is_none()) else {
        return false;
    };
    let above = table.partition_of.as_ref();
    let above = above.and_then(|it| context.to.tables.get(&it.parent));
    above.is_some_and(|above| {
        let mut keys = above.constraints.values().filter_map(constraints::key);
        keys.any(|key| key.columns == own.columns)
    })
}

/// What of a partitioned table those who lean on it lean on, so that it must be free before one of
/// its partitions is dropped.
pub(super) fn held_up(table: &Table) -> Vec<Part> {
    let Some(partition) = &table.partition_of else {
        return Vec::new();
    };
    let above = &partition.parent;
    let held = members(table, None).flat_map(|member| key_or_index(above, member.parent));
    held.map(Part::Object).collect()
}

/// Whether a foreign key that stays refers to the partitioned table above `table`: PostgreSQL drops
/// such a partition only after it is detached.
pub(super) fn is_referenced_above(context: &Context<'_>, table: &Table) -> bool {
    let Some(partition) = &table.partition_of else {
        return false;
    };
    let tables = context.from.tables.values();
    let mut keys = tables.flat_map(|table| {
        let constraints = table.constraints.values();
        constraints.filter_map(|it| Some((&table.name, it, it.foreign_key()?)))
    });
    let stays = |table: &QualifiedName, constraint: &Constraint| {
        !context.is_dropped(&ObjectRef::constraint(table, &constraint.name))
    };
    keys.any(|(table, constraint, key)| {
        key.references == partition.parent && stays(table, constraint)
    })
}

/// `ALTER INDEX … ATTACH PARTITION` for what joins a kept key or index of the partitioned table.
pub(super) fn joins(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let Some(partition) = to.partition_of.as_ref() else {
        return Vec::new();
    };
    if from.partition_of.as_ref() != Some(partition) {
        return Vec::new();
    }
    let above = context.to.tables.get(&partition.parent);
    let joining = members(to, above).filter(|member| {
        let parents = key_or_index(&partition.parent, member.parent);
        let is_kept = parents.iter().any(|it| context.is_kept(it));
        let incomplete = is_incomplete(context, &partition.parent, member.parent);
        let was = members(from, above)
            .any(|before| before.object == member.object && before.parent == member.parent);
        (is_kept && (!was || context.is_replaced(&member.object))) || (!is_kept && incomplete)
    });
    let attach = |member: Member<'_>| {
        let change = TableAction::AttachIndex {
            parent: partition.parent.sibling(member.parent),
            index: to.name.sibling(member.name),
        };
        table_action(&to.name, change)
            .needs(member.object)
            .needs_all(key_or_index(&partition.parent, member.parent))
    };
    joining.map(attach).collect()
}

/// The keys and indexes of the partitioned table: each takes an equal one of a partition that is
/// there, so one that shall stand alone should come later.
pub(super) fn keys_above(context: &Context<'_>, table: &Table) -> Vec<Part> {
    let above = table.partition_of.as_ref().map(|it| &it.parent);
    let Some(above) = above.and_then(|name| context.to.tables.get(name)) else {
        return Vec::new();
    };
    let constraints = above.constraints.keys();
    let constraints = constraints.map(|it| ObjectRef::constraint(&above.name, it));
    let indexes = above
        .indexes
        .keys()
        .map(|it| ObjectRef::index(&above.name, it));
    constraints.chain(indexes).map(Part::Object).collect()
}
