//! Indexes that belong to no constraint.

use super::{inheritance::table_action, partitions};
use crate::{
    catalog::{ByName, Definition, Index, ObjectRef, QualifiedName, Table},
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, indexes::must_replace_index},
        step::{Action, TableAction},
    },
};

pub(super) fn drafts(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let table = &to.name;
    let mut drafts = Vec::new();
    for index in from.indexes.values() {
        let after = to.indexes.get(&index.name);
        let replaced = context.is_replaced(&ObjectRef::index(table, &index.name));
        match after {
            Some(after) if !replaced => {
                drafts.extend(set_options(table, index, after));
                drafts.extend(statistics(table, Some(index), after));
            }
            Some(_) | None if goes_with_column(context, from, to, index) => {}
            Some(_) | None
                if partitions::goes_with_parent(context, from, index.parent.as_deref()) => {}
            Some(_) | None => drafts.push(drop_whole(context, table, index)),
        }
        if let Some(after) = after.filter(|_| replaced) {
            drafts.extend(create_whole(context, to, after));
            drafts.extend(statistics(table, None, after));
        }
    }
    let added = to
        .indexes
        .values()
        .filter(|index| !from.indexes.contains_key(&index.name));
    for index in added {
        drafts.extend(create_whole(context, to, index));
        drafts.extend(statistics(table, None, index));
    }
    drafts
}

/// Statistics targets of the keys.
pub(super) fn statistics(table: &QualifiedName, from: Option<&Index>, to: &Index) -> Vec<Draft> {
    let before = |key: &i16| from.and_then(|from| from.statistics.get(key));
    let gone = from.into_iter().flat_map(|from| from.statistics.keys());
    let keys = to
        .statistics
        .keys()
        .chain(gone.filter(|key| !to.statistics.contains_key(key)));
    let changed = keys.filter(|key| before(key) != to.statistics.get(key));
    let set = |key: &i16| {
        let change = TableAction::SetIndexStatistics {
            index: to.name.clone(),
            key: *key,
            target: to.statistics.get(key).copied(),
        };
        table_action(table, change).needs(ObjectRef::index(table, &to.name))
    };
    changed.map(set).collect()
}

/// The indexes of a kept materialized view.
pub(super) fn of_view(view: &Definition, from: &ByName<Index>, to: &ByName<Index>) -> Vec<Draft> {
    let name = &view.name;
    let mut drafts = Vec::new();
    for index in from.values() {
        match to.get(&index.name) {
            Some(after) if !must_replace_index(index, after, false) => {
                drafts.extend(set_options(name, index, after));
                drafts.extend(statistics(name, Some(index), after));
            }
            Some(after) => {
                drafts.extend([drop(name, index), create(name, after)]);
                drafts.extend(statistics(name, None, after));
            }
            None => drafts.push(drop(name, index)),
        }
    }
    for index in to.values().filter(|index| !from.contains_key(&index.name)) {
        drafts.push(create(name, index));
        drafts.extend(statistics(name, None, index));
    }
    drafts
}

/// The index with those of the partitions, unless it comes with that of the partitioned table.
pub(super) fn create_whole(context: &Context<'_>, table: &Table, index: &Index) -> Option<Draft> {
    let object = ObjectRef::index(&table.name, &index.name);
    let comes = partitions::comes_with_parent(context, table, &object);
    let mut create = create(&table.name, index);
    if partitions::must_wait_for_attach(context, table, &index.name) {
        create = create.needs(Part::Attached(table.name.clone()));
    }
    (!comes).then(|| partitions::with_members(context, create, &table.name, &index.name))
}

fn drop_whole(context: &Context<'_>, table: &QualifiedName, index: &Index) -> Draft {
    partitions::with_dropped_members(context, drop(table, index), table, &index.name)
}

fn set_options(table: &QualifiedName, from: &Index, to: &Index) -> Option<Draft> {
    let options = Altered {
        from: from.options.clone(),
        to: to.options.clone(),
    };
    let set = Action::SetIndexOptions {
        table: table.clone(),
        index: table.sibling(&to.name),
        options,
    };
    (from.options != to.options).then(|| Draft::new(set))
}

/// Whether the drop of one of its columns takes the index along.
fn goes_with_column(context: &Context<'_>, from: &Table, to: &Table, index: &Index) -> bool {
    index
        .columns(&from.name)
        .any(|column| super::columns::is_dropped(context, to, column))
}

pub(super) fn create(table: &QualifiedName, index: &Index) -> Draft {
    Draft::new(Action::CreateIndex {
        table: table.clone(),
        index: index.clone(),
    })
    .needs(ObjectRef::Table(table.clone()))
    .needs_all(parts(table, index))
    .provides(ObjectRef::index(table, &index.name))
    .takes(Name::Relation(table.sibling(&index.name)))
}

pub(super) fn drop(table: &QualifiedName, index: &Index) -> Draft {
    let drop = Action::DropIndex {
        table: table.clone(),
        index: table.sibling(&index.name),
    };
    Draft::new(drop)
        .releases_all(parts(table, index))
        .ends(ObjectRef::index(table, &index.name))
        .frees(Name::Relation(table.sibling(&index.name)))
}

fn parts(table: &QualifiedName, index: &Index) -> Vec<Part> {
    let columns = index
        .columns(table)
        .map(|column| Part::Object(ObjectRef::column(table, column)));
    columns.chain(index.uses.iter().map(Part::from)).collect()
}
