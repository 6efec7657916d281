//! Certain renames: constraints and indexes that differ in nothing but the name. No I/O here.

use crate::{
    Result,
    catalog::{Catalog, Constraint, Index},
};

use super::{ListDiff, Rename, TableChange, diff};

/// Finds constraints and indexes that must go while one of exactly the same definition must come.
/// To rename it loses nothing, and spares the work of making it anew.
///
/// A new name that something else has on the way there, or an old one on the way back, is no rename.
///
/// # Errors
/// When `renames`, which were decided before, cannot be applied.
pub fn identical_renames(from: &Catalog, to: &Catalog, renames: &[Rename]) -> Result<Vec<Rename>> {
    let changes = diff(from, to, renames)?;
    let mut found: Vec<_> = changes.tables.altered.iter().flat_map(of_table).collect();
    loop {
        let back = Rename::reversed(&found);
        let is_free = |rename: &Rename| {
            !is_taken(rename, &found, &changes.from) && !is_taken(&rename.inverse(), &back, to)
        };
        let free: Vec<_> = found.iter().filter(|it| is_free(it)).cloned().collect();
        // Each that stays where it is may be in the way of another.
        if free.len() == found.len() {
            return Ok(found);
        }
        found = free;
    }
}

/// Whether something in `catalog` has the new name and keeps it when `renames` are applied.
fn is_taken(rename: &Rename, renames: &[Rename], catalog: &Catalog) -> bool {
    let (_, to) = rename.names();
    let is_freed = |space| {
        let mut moving = renames.iter().filter(|other| other.names().0 == to);
        moving.any(|other| other.spaces(catalog).contains(space))
    };
    let spaces = rename.spaces(catalog);
    spaces
        .iter()
        .any(|space| space.holds(catalog, to) && !is_freed(space))
}

fn of_table(change: &TableChange) -> Vec<Rename> {
    let table = &change.to.name;
    let constraints = pair(&change.constraints, same_constraint).into_iter();
    let constraints = constraints.map(|(from, to)| Rename::Constraint {
        table: table.clone(),
        from: from.name.clone(),
        to: to.name.clone(),
    });
    let indexes = pair(&change.indexes, same_index).into_iter();
    let indexes = indexes.map(|(from, to)| Rename::Index {
        table: table.clone(),
        from: from.name.clone(),
        to: to.name.clone(),
    });
    constraints.chain(indexes).collect()
}

/// Pairs what goes with what comes where they are the same, each at most once.
fn pair<T>(changes: &ListDiff<T>, same: impl Fn(&T, &T) -> bool) -> Vec<(&T, &T)> {
    // One that differs in its comment alone stays.
    let altered = || changes.altered.iter().filter(|it| !same(&it.from, &it.to));
    let gone = changes.dropped.iter().chain(altered().map(|it| &it.from));
    let mut gone: Vec<&T> = gone.collect();
    let mut pairs = Vec::new();
    for comes in changes.added.iter().chain(altered().map(|it| &it.to)) {
        if let Some(place) = gone.iter().position(|goes| same(goes, comes)) {
            pairs.push((gone.remove(place), comes));
        }
    }
    pairs
}

fn same_constraint(from: &Constraint, to: &Constraint) -> bool {
    let renamed = Constraint {
        name: to.name.clone(),
        comment: to.comment.clone(),
        index_comment: to.index_comment.clone(),
        ..from.clone()
    };
    renamed == *to
}

fn same_index(from: &Index, to: &Index) -> bool {
    let renamed = Index {
        name: to.name.clone(),
        comment: to.comment.clone(),
        ..from.clone()
    };
    renamed == *to
}
