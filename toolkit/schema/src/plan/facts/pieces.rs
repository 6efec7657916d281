//! Keys and indexes of partitioned tables that are made in pieces: for the partitioned table alone,
//! for each partition, and then put together.
//!
//! A statement for all partitions gives theirs names of its own, and takes any equal one that is there:
//! <https://www.postgresql.org/docs/current/sql-createindex.html>.

use std::collections::BTreeSet;

use super::{
    Context, constraints, indexes,
    member::members,
    partitions::{is_own_key, is_there_first, partitions, stays_partition},
};
use crate::catalog::{IndexTerm, ObjectRef, QualifiedName, Table};

/// A key or an index by its table and name.
type KeyOrIndex = (QualifiedName, String);

/// Those that are made in pieces: where a partition's has another name than it would get, is there
/// already, or is not the only one of its columns; and those above such a one.
pub(in crate::plan) fn in_pieces(context: &Context<'_>) -> BTreeSet<KeyOrIndex> {
    let mut found = BTreeSet::new();
    let partitioned = context.to.tables.values();
    for table in partitioned.filter(|it| it.partitioning.is_some()) {
        for name in names(table).filter(|name| must_be(context, table, name)) {
            let mut next = Some((table, name.to_owned()));
            while let Some((table, name)) = next {
                if is_there_first(context, table, &name)
                    || !found.insert((table.name.clone(), name.clone()))
                {
                    break;
                }
                let above = table.partition_of.as_ref();
                let above = above.and_then(|it| context.to.tables.get(&it.parent));
                let member = members(table, above).find(|member| member.name == name);
                next = above.zip(member.map(|member| member.parent.to_owned()));
            }
        }
    }
    found
}

fn must_be(context: &Context<'_>, table: &Table, name: &str) -> bool {
    let index = table.indexes.get(name).is_some_and(|it| !it.valid);
    let key = table.constraints.get(name).and_then(constraints::key);
    let mut partitions = partitions(context.children_to(&table.name));
    index
        || key.is_some_and(|key| !key.valid)
        || partitions.any(|partition| {
            let member = members(partition, Some(table)).find(|it| it.parent == name);
            member.is_none_or(|member| {
                !member.has_default_name
                    || context.is_kept(&member.object)
                    || is_own_key(context, partition, &member)
                    || has_like(context, partition, member.name)
            })
        })
}

/// Whether a table has, or has now, another key or index over the columns of the one called `name`.
fn has_like(context: &Context<'_>, table: &Table, name: &str) -> bool {
    let shape = shape(table, name);
    let has = |table: &Table| names(table).any(|it| it != name && self::shape(table, it) == shape);
    has(table) || context.from.tables.get(&table.name).is_some_and(has)
}

/// Whether `above` has a key or an index that `is_meant` over the columns of that of `table` called `name`.
pub(in crate::plan) fn is_like_one_of(
    table: &Table,
    name: &str,
    above: &Table,
    is_meant: impl Fn(&str) -> bool,
) -> bool {
    let shape = shape(table, name);
    names(above).any(|it| self::shape(above, it) == shape && is_meant(it))
}

/// The keys and indexes of kept tables that must go before those are attached, for an equal one of the
/// partitioned table would take them.
pub(in crate::plan) fn reattached(context: &Context<'_>) -> Vec<ObjectRef> {
    let mut found = Vec::new();
    for (from, to) in context.kept_tables() {
        let above = to.partition_of.as_ref();
        let above = above.and_then(|it| context.to.tables.get(&it.parent));
        let Some(above) = above.filter(|_| !stays_partition(&context.from.tables, to)) else {
            continue;
        };
        let is_member = |name: &str| members(to, None).any(|member| member.name == name);
        let own = names(from)
            .filter(|name| !is_member(name) && is_like_one_of(from, name, above, |_| true));
        found.extend(own.flat_map(|name| ObjectRef::key_or_index(&from.name, name)));
    }
    found.retain(|object| context.from.contains(object) && context.to.contains(object));
    found
}

/// The keys and indexes of kept partitioned tables that PostgreSQL makes anew with the type of a column,
/// and theirs for each partition with them, where a partition's has another name than it would get.
pub(in crate::plan) fn renamed_with_type(context: &Context<'_>) -> Vec<ObjectRef> {
    let mut found = Vec::new();
    let kept = context.kept_tables();
    for (from, to) in kept.filter(|(_, to)| to.partitioning.is_some()) {
        let renamed = names(from).filter(|name| {
            indexes::is_built_anew(context, from, name) && has_named_member(context, to, name)
        });
        found.extend(renamed.flat_map(|name| ObjectRef::key_or_index(&to.name, name)));
    }
    found.retain(|object| context.from.contains(object) && context.to.contains(object));
    found
}

fn has_named_member(context: &Context<'_>, table: &Table, name: &str) -> bool {
    partitions(context.children_to(&table.name)).any(|partition| {
        let mut members = members(partition, Some(table)).filter(|it| it.parent == name);
        members.any(|member| {
            !member.has_default_name || has_named_member(context, partition, member.name)
        })
    })
}

/// The keys and indexes of a table.
fn names(table: &Table) -> impl Iterator<Item = &str> {
    let keys = table.constraints.values();
    let keys = keys.filter(|it| constraints::key(it).is_some());
    let keys = keys.map(|it| it.name.as_str());
    keys.chain(table.indexes.keys().map(String::as_str))
}

/// Whether a key or an index is unique, and its columns, with nothing for an expression.
fn shape<'t>(table: &'t Table, name: &str) -> (bool, Vec<Option<&'t str>>) {
    if let Some(index) = table.indexes.get(name) {
        let columns = index.keys.iter().map(|key| match &key.term {
            IndexTerm::Column(name) => Some(name.as_str()),
            IndexTerm::Expression(_) => None,
        });
        return (index.unique, columns.collect());
    }
    let key = table.constraints.get(name).and_then(constraints::key);
    let columns = key.into_iter().flat_map(|key| &key.columns);
    (true, columns.map(|it| Some(it.as_str())).collect())
}
