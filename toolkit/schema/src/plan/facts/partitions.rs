//! Partitions: how a new one is made, and whose work their keys and indexes are.

use std::collections::BTreeMap;

use super::{
    Context, constraints,
    member::{Member, members},
    not_null,
};
use crate::catalog::{ObjectRef, QualifiedName, Table};

/// How a new partition is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) enum Form {
    /// `CREATE TABLE … PARTITION OF`.
    Inline,
    /// As a table of its own that is attached afterwards.
    Attached,
    /// It is no partition.
    Alone,
}

/// How the new table `table` is made.
pub(in crate::plan) fn form(context: &Context<'_>, table: &Table) -> Form {
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

/// Whether the new table `table` is attached.
pub(in crate::plan) fn is_attached(context: &Context<'_>, table: &Table) -> bool {
    form(context, table) == Form::Attached
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
                    && not_null::is_alike(own, from)
                    && own.default == from.default
                    && own.generated == from.generated
                    && own.identity.is_some() == from.identity.is_some()
                    && own.storage == from.storage
                    && own.compression == from.compression
            })
}

/// Whether the parent has the key or index before a new partition is made.
pub(in crate::plan) fn is_there_first(context: &Context<'_>, parent: &Table, name: &str) -> bool {
    let references = ObjectRef::key_or_index(&parent.name, name);
    let kept = references.iter().any(|object| context.is_kept(object));
    if kept || !is_new(context, parent) {
        return kept;
    }
    if form(context, parent) == Form::Inline {
        let above = parent.partition_of.as_ref();
        let above = above.and_then(|it| context.to.tables.get(&it.parent));
        let member = members(parent, above).find(|it| it.name == name);
        if let Some((above, member)) = above.zip(member) {
            return is_there_first(context, above, member.parent);
        }
    }
    let constraint = parent.constraints.get(name);
    constraint.is_some_and(constraints::fits_in_create_table)
}

pub(in crate::plan) fn is_new(context: &Context<'_>, table: &Table) -> bool {
    context.is_made(&ObjectRef::Table(table.name.clone()))
}

/// Whether a partition's key is part of the statement that makes it, before it is attached.
pub(in crate::plan) fn is_own_key(
    context: &Context<'_>,
    table: &Table,
    member: &Member<'_>,
) -> bool {
    table.constraints.contains_key(member.name)
        && is_new(context, table)
        && form(context, table) == Form::Attached
}

pub(in crate::plan) fn partitions<'c>(
    children: &'c [&'c Table],
) -> impl Iterator<Item = &'c Table> {
    children
        .iter()
        .copied()
        .filter(|it| it.partition_of.is_some())
}

/// Whether a table is the same partition in `others`.
pub(in crate::plan) fn stays_partition(
    others: &BTreeMap<QualifiedName, Table>,
    table: &Table,
) -> bool {
    let other = others.get(&table.name);
    other.is_some_and(|other| other.partition_of == table.partition_of)
}
