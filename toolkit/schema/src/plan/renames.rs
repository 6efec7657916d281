//! Renames, with what must be done around them. No I/O here.
//!
//! PostgreSQL renames a column in all tables that have it from the renamed one, unless one has it from others
//! too: `renameatt_internal` in
//! <https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c>.

use super::{Action, TableAction, facts::parents};
use crate::{
    Error, Result,
    catalog::{Catalog, ColumnRef, ObjectRef, QualifiedName, Table},
    diff::{Changes, Rename},
};

/// The renames in their order; a table whose column comes from several parents that are renamed one by one
/// leaves all but the first meanwhile.
pub(super) fn actions(changes: &Changes<'_>) -> Result<Vec<Action>> {
    let mut parted = Vec::new();
    for table in changes.from.tables.values() {
        parted.extend(Parted::of(changes, table)?);
    }
    let mut actions = Vec::new();
    for (place, rename) in changes.renames.iter().enumerate() {
        let before = parted.iter().filter(|it| it.first == place);
        actions.extend(before.flat_map(Parted::leave));
        actions.push(Action::Rename(rename.clone()));
        let after = parted.iter().filter(|it| it.last == place);
        actions.extend(after.flat_map(Parted::join));
    }
    Ok(actions)
}

/// A table and the parents that it leaves from the first of some renames to the last.
struct Parted<'c> {
    table: &'c Table,
    parents: &'c [QualifiedName],
    first: usize,
    last: usize,
}

impl<'c> Parted<'c> {
    fn of(changes: &'c Changes<'_>, table: &'c Table) -> Result<Option<Self>> {
        let from = &changes.from;
        let mut places = Vec::new();
        let mut stays = usize::MAX;
        for (place, rename) in changes.renames.iter().enumerate() {
            let Rename::Column {
                table: root,
                from: old,
                to,
            } = rename
            else {
                continue;
            };
            let has = |name: &QualifiedName| {
                let parent = from.tables.get(name);
                parent.is_some_and(|it| it.column(to).is_some() || it.column(old).is_some())
            };
            let having = table.inherits.iter().filter(|it| has(it)).count();
            let mut reached = table.inherits.iter().filter(|it| descends(from, it, root));
            let reached = reached.by_ref().filter(|it| has(it)).count();
            if reached == 0 || reached == having {
                continue;
            }
            if let Some(other) = left_behind(from, table, old) {
                let user = format!("{}, which has it from {other}, too,", table.name);
                return Err(in_the_way(root, to, user));
            }
            places.push((place, root, to));
            let first = table.inherits.iter().position(has);
            stays = stays.min(first.unwrap_or_default());
        }
        let (Some((first, root, to)), Some((last, _, _))) = (places.first(), places.last()) else {
            return Ok(None);
        };
        let (stay, parents) = table.inherits.split_at(stays + 1);
        let names = |it: &'c [QualifiedName]| it.iter().collect::<Vec<_>>();
        if let Some(left) = parents::left(from, table, &names(stay), &names(parents)) {
            let user = format!("{}, which has {left} from other parents,", table.name);
            return Err(in_the_way(root, to, user));
        }
        Ok(Some(Self {
            table,
            parents,
            first: *first,
            last: *last,
        }))
    }

    fn leave(&self) -> impl Iterator<Item = Action> {
        self.each(TableAction::NoInherit)
    }

    fn join(&self) -> impl Iterator<Item = Action> {
        self.each(TableAction::Inherit)
    }

    fn each(&self, change: fn(QualifiedName) -> TableAction) -> impl Iterator<Item = Action> {
        self.parents.iter().map(move |parent| Action::Table {
            table: self.table.name.clone(),
            change: change(parent.clone()),
        })
    }
}

/// A parent that keeps the old name of a column, which the table does not have any more.
fn left_behind<'c>(from: &Catalog, table: &'c Table, old: &str) -> Option<&'c QualifiedName> {
    let keeps = |name: &&QualifiedName| {
        let parent = from.tables.get(*name);
        parent.is_some_and(|parent| parent.column(old).is_some())
    };
    let mut kept = table.inherits.iter().filter(keeps);
    kept.find(|_| table.column(old).is_none())
}

/// Whether `table` is `root`, or inherits from it.
fn descends(from: &Catalog, table: &QualifiedName, root: &QualifiedName) -> bool {
    let parents = from.tables.get(table).into_iter().flat_map(Table::parents);
    table == root
        || parents
            .into_iter()
            .any(|parent| descends(from, parent, root))
}

fn in_the_way(table: &QualifiedName, column: &str, user: String) -> Error {
    Error::InUse {
        object: ObjectRef::Column(ColumnRef::new(table, column)).to_string(),
        user,
    }
}
