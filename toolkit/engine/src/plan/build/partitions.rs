//! Partitions: how a new one is made, and whose work their keys and indexes are.

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
    let references = [
        ObjectRef::constraint(&parent.name, name),
        ObjectRef::index(&parent.name, name),
    ];
    let kept = references.iter().any(|object| {
        context.from.contains(object) && context.to.contains(object) && !context.is_dropped(object)
    });
    let is_new = !context.from.tables.contains_key(&parent.name)
        || context.is_replaced(&ObjectRef::Table(parent.name.clone()));
    let constraint = parent.constraints.get(name);
    kept || (is_new && constraint.is_some_and(constraints::fits_in_create_table))
}

/// The keys and indexes of a partition that belong to one of its partitioned table.
fn members<'t>(table: &'t Table, above: Option<&'t Table>) -> impl Iterator<Item = Member<'t>> {
    let constraints = table.constraints.values().filter_map(move |constraint| {
        let parent = constraint.parent.as_deref()?;
        // An index makes no constraint.
        let alike = above.is_some_and(|above| above.constraints.contains_key(parent));
        let default = default_key_name(table, constraint);
        Some(Member {
            object: ObjectRef::constraint(&table.name, &constraint.name),
            name: &constraint.name,
            parent,
            has_default_name: alike && default.as_ref() == Some(&constraint.name),
        })
    });
    let indexes = table.indexes.values().filter_map(move |index| {
        let parent = index.parent.as_deref()?;
        let alike = above.is_some_and(|above| above.indexes.contains_key(parent));
        let default = default_index_name(table, index);
        Some(Member {
            object: ObjectRef::index(&table.name, &index.name),
            name: &index.name,
            parent,
            has_default_name: alike && default.as_ref() == Some(&index.name),
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

/// The partitions of a table among those that shall be.
fn partitions<'c>(
    context: &Context<'c>,
    parent: &'c QualifiedName,
) -> impl Iterator<Item = &'c Table> {
    let is_of = move |table: &&Table| {
        let partition = table.partition_of.as_ref();
        partition.is_some_and(|it| &it.parent == parent)
    };
    context.to.tables.values().filter(is_of)
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
        let Some((parent, _)) = context.to.tables.get_key_value(&parent) else {
            continue;
        };
        // An index that is not valid waits for those of the partitions to be attached.
        if is_incomplete(context, parent, &name) {
            continue;
        }
        for partition in partitions(context, parent) {
            draft = draft
                .needs(ObjectRef::Table(partition.name.clone()))
                .needs(Part::Attached(partition.name.clone()));
            let above = context.to.tables.get(parent);
            for member in members(partition, above).filter(|it| it.parent == name) {
                let comes = comes_with_parent(context, partition, &member.object, Some(&name));
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
        let tables = context.from.tables.values();
        let partitions = tables.filter(|table| {
            let partition = table.partition_of.as_ref();
            partition.is_some_and(|it| it.parent == parent)
        });
        for partition in partitions {
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
pub(super) fn comes_with_parent(
    context: &Context<'_>,
    table: &Table,
    object: &ObjectRef,
    parent: Option<&str>,
) -> bool {
    let above = table.partition_of.as_ref().map(|it| &it.parent);
    let parent_table = above.and_then(|name| context.to.tables.get(name));
    let found =
        parent.and_then(|_| members(table, parent_table).find(|member| member.object == *object));
    let Some(member) = found.filter(|member| member.has_default_name) else {
        return false;
    };
    let is_new_table = !context.from.tables.contains_key(&table.name)
        || context.is_replaced(&ObjectRef::Table(table.name.clone()));
    if is_new_table {
        return form(context, table) == Form::Inline;
    }
    let was_partition = context
        .from
        .tables
        .get(&table.name)
        .is_some_and(|before| before.partition_of == table.partition_of);
    was_partition
        && above.is_some_and(|above| !is_incomplete(context, above, member.parent))
        && above.is_some_and(|above| {
            let parents = [
                ObjectRef::constraint(above, member.parent),
                ObjectRef::index(above, member.parent),
            ];
            let made = |object: &ObjectRef| {
                context.to.contains(object)
                    && (context.is_replaced(object) || !context.from.contains(object))
            };
            parents.iter().any(made)
        })
}

/// Whether a key or index of a partition goes by itself with that of its partitioned table.
pub(super) fn goes_with_parent(context: &Context<'_>, table: &Table, parent: Option<&str>) -> bool {
    let above = table.partition_of.as_ref().map(|it| &it.parent);
    let stays = context
        .to
        .tables
        .get(&table.name)
        .is_some_and(|after| after.partition_of == table.partition_of);
    let Some((above, name)) = above.zip(parent).filter(|_| stays) else {
        return false;
    };
    let parents = [
        ObjectRef::constraint(above, name),
        ObjectRef::index(above, name),
    ];
    parents
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
    let columns = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => Some(key.columns.clone()),
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => None,
    };
    let Some(own) = columns(constraint).filter(|_| constraint.parent.is_none()) else {
        return false;
    };
    let above = table.partition_of.as_ref();
    let above = above.and_then(|it| context.to.tables.get(&it.parent));
    above.is_some_and(|above| {
        let mut keys = above.constraints.values();
        keys.any(|key| columns(key).as_ref() == Some(&own))
    })
}

/// What of a partitioned table those who lean on it lean on, so that it must be free before one of
/// its partitions is dropped.
pub(super) fn held_up(table: &Table) -> Vec<Part> {
    let Some(partition) = &table.partition_of else {
        return Vec::new();
    };
    let above = &partition.parent;
    let held = members(table, None).flat_map(|member| {
        [
            ObjectRef::constraint(above, member.parent),
            ObjectRef::index(above, member.parent),
        ]
    });
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
        let parents = [
            ObjectRef::constraint(&partition.parent, member.parent),
            ObjectRef::index(&partition.parent, member.parent),
        ];
        let is_kept = parents.iter().any(|it| {
            context.from.contains(it) && context.to.contains(it) && !context.is_dropped(it)
        });
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
            .needs(ObjectRef::constraint(&partition.parent, member.parent))
            .needs(ObjectRef::index(&partition.parent, member.parent))
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
