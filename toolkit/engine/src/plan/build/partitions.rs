//! Partitions: how a new one is made, and whose work their keys and indexes are.

use crate::{
    catalog::{Constraint, ConstraintKind, Index, IndexTerm, ObjectRef, QualifiedName, Table},
    identifier::MAX_BYTES,
    plan::{
        closure::Context,
        draft::{Draft, Name, Part},
    },
};

use super::constraints;

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
    let unlike_default = members(table)
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

fn members(table: &Table) -> impl Iterator<Item = Member<'_>> {
    let constraints = table.constraints.values().filter_map(|constraint| {
        Some(Member {
            object: ObjectRef::constraint(&table.name, &constraint.name),
            name: &constraint.name,
            parent: constraint.parent.as_deref()?,
            has_default_name: default_key_name(table, constraint).as_ref()
                == Some(&constraint.name),
        })
    });
    let indexes = table.indexes.values().filter_map(|index| {
        Some(Member {
            object: ObjectRef::index(&table.name, &index.name),
            name: &index.name,
            parent: index.parent.as_deref()?,
            has_default_name: default_index_name(table, index).as_ref() == Some(&index.name),
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
        for partition in partitions(context, parent) {
            draft = draft
                .needs(ObjectRef::Table(partition.name.clone()))
                .needs(Part::Attached(partition.name.clone()));
            for member in members(partition).filter(|it| it.parent == name) {
                draft = if member.has_default_name {
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
            for member in members(partition).filter(|it| it.parent == name) {
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
    let found = parent.and_then(|_| members(table).find(|member| member.object == *object));
    let Some(member) = found.filter(|member| member.has_default_name) else {
        return false;
    };
    let above = table.partition_of.as_ref().map(|it| &it.parent);
    let is_new_table = !context.from.tables.contains_key(&table.name)
        || context.is_replaced(&ObjectRef::Table(table.name.clone()));
    if is_new_table {
        return form(context, table) == Form::Inline;
    }
    let was_partition = context
        .from
        .tables
        .get(&table.name)
        .is_some_and(|before| before.partition_of.as_ref().map(|it| &it.parent) == above);
    was_partition
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
        .is_some_and(|after| after.partition_of.as_ref().map(|it| &it.parent) == above);
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
