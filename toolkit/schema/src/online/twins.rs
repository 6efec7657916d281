//! A column that another one takes the place of: both live until old code is gone, kept equal by a trigger.
//! No I/O here.
//!
//! The new one is added beside the old one, with the trigger; the rows that are there are filled; then it
//! gets what the other one has; after the rollout the old one goes with the trigger.

use std::collections::BTreeSet;

use super::{
    Phase,
    free::FreeNames,
    gone,
    kept::{add_types, backfill, copy, expand, filled_by_trigger},
    split,
};
use crate::{
    Result,
    catalog::{
        Catalog, Column, ColumnRef, Definition, DefinitionKind, ObjectRef, QualifiedName,
        ReplicaIdentity, Table, UnmanagedKind,
    },
    diff::{Changes, Rename, diff, renamed},
    plan::{Twins, plan},
};

/// The phases of `changes`, where columns get another name and both can live; none where no column does.
pub(super) fn phases(changes: &Changes<'_>) -> Result<Option<Vec<Phase>>> {
    let moves: Vec<Move> = changes
        .renames
        .iter()
        .filter_map(|rename| Move::of(rename, changes))
        .collect();
    if moves.is_empty() {
        return Ok(None);
    }
    let is_moved = |rename: &Rename| moves.iter().any(|it| it.is(rename));
    let mut renames = changes.renames.clone();
    renames.retain(|rename| !is_moved(rename));
    let undone = Rename::reversed(&changes.renames);
    let is = renamed(changes.from.clone().into_owned(), &undone)?;
    let named = renamed(is.clone(), &renames)?;
    let mut names = FreeNames::new([&changes.from, changes.to]);
    let aside = set_aside(&moves, &named, changes.to, &mut names);
    let named = renamed(named, &aside)?;
    renames.extend(aside);
    let twins: Vec<Twins> = moves
        .iter()
        .filter_map(|it| it.twins(&named, changes.to, &mut names))
        .collect();
    let with_columns = with_columns(&moves, &named, changes.to);
    let with_both = with_both(&moves, &with_columns, changes.to);
    let mut phases = vec![expand(plan(&diff(&is, &with_columns, &renames)?)?, &twins)];
    phases.extend(twins.iter().map(backfill));
    phases.extend(split(
        &diff(&with_columns, &with_both, &[])?,
        &BTreeSet::new(),
    )?);
    phases.extend(gone::phases(&twins, &with_both, changes.to)?);
    Ok(Some(phases))
}

/// A column that gets another name, and perhaps another type.
struct Move {
    table: QualifiedName,
    from: String,
    to: String,
}

impl Move {
    /// Of a rename of a column of which there can be two.
    fn of(rename: &Rename, changes: &Changes<'_>) -> Option<Self> {
        let Rename::Column { table, from, to } = rename else {
            return None;
        };
        let it = Self {
            table: table.clone(),
            from: from.clone(),
            to: to.clone(),
        };
        let mut others = changes.renames.iter().filter(|other| !it.is(other));
        let is_free = !others.any(|other| it.is_touched_by(other));
        (is_free && may_be_two([&changes.from, changes.to], table, to)).then_some(it)
    }

    fn is(&self, rename: &Rename) -> bool {
        let Self { table, from, to } = self;
        matches!(rename, Rename::Column { table: of, from: before, to: after }
            if of == table && before == from && after == to)
    }

    /// Whether another column had the new name, or gets the old one.
    fn is_touched_by(&self, rename: &Rename) -> bool {
        matches!(rename, Rename::Column { table, from, to }
            if table == &self.table && (from == &self.to || to == &self.from || from == &self.from))
    }

    fn twins(&self, from: &Catalog, to: &Catalog, names: &mut FreeNames<'_>) -> Option<Twins> {
        let Self {
            table,
            from: before,
            to: after,
        } = self;
        let columns = [
            from.tables.get(table)?.column(before)?,
            to.tables.get(table)?.column(after)?,
        ];
        Some(names.twins(table, columns))
    }
}

/// Whether a column of both catalogs can live beside its successor.
pub(super) fn may_be_two(catalogs: [&Catalog; 2], table: &QualifiedName, column: &str) -> bool {
    let stands_alone = |catalog: &Catalog, table: &Table| {
        let mut others = catalog.tables.values();
        table.parents().next().is_none()
            && !others.any(|other| other.parents().any(|parent| parent == &table.name))
            && table.partitioning.is_none()
            && table.of_type.is_none()
            && !is_held(table, column)
            && takes_updates(catalog, table)
    };
    let found = catalogs.map(|catalog| {
        let table = catalog
            .tables
            .get(table)
            .filter(|it| stands_alone(catalog, it))?;
        let column = table.column(column)?;
        (is_plain(column) && comes_along(catalog, column)).then_some(column)
    });
    let [Some(before), Some(after)] = found else {
        return false;
    };
    // A null that new code writes could not be told from a value that it leaves out.
    before.default.is_none() || !after.nullable
}

/// Whether rows may be updated: one that is published must be known by something, which is sent whole, and
/// nothing else may decide whether it is sent.
/// <https://www.postgresql.org/docs/current/logical-replication-publication.html>,
/// <https://www.postgresql.org/docs/current/logical-replication-row-filter.html#LOGICAL-REPLICATION-ROW-FILTER-RESTRICTIONS>
fn takes_updates(catalog: &Catalog, table: &Table) -> bool {
    let key = match table.replica_identity {
        ReplicaIdentity::Full | ReplicaIdentity::Index(_) => return true,
        ReplicaIdentity::Default => table.primary_key(),
        ReplicaIdentity::Nothing => None,
    };
    let mut published = catalog.definitions.values();
    let Some(key) = key else {
        let mut listed = catalog.unmanaged.iter();
        return !published.any(|it| it.kind == DefinitionKind::Publication)
            && !listed.any(|it| it.kind == UnmanagedKind::Publication);
    };
    let of_table = published.filter(|it| {
        it.kind == DefinitionKind::PublicationTable && it.owner.as_ref() == Some(&table.name)
    });
    let is_in_key = |column: &&Column| key.columns.contains(&column.name);
    of_table.into_iter().all(|it| {
        let columns = table.columns.iter();
        let used: Vec<&Column> = columns
            .filter(|column| {
                it.uses
                    .contains(&ObjectRef::column(&table.name, &column.name))
            })
            .collect();
        if it.text.contains("WHERE (") {
            return used.iter().all(is_in_key);
        }
        used.is_empty()
            || used.iter().filter(|column| is_in_key(column)).count() == key.columns.len()
    })
}

/// Whether the column's type is there beside both columns: of those that are made, enums and domains are.
fn comes_along(catalog: &Catalog, column: &Column) -> bool {
    let name = QualifiedName::new(&column.data_type.schema, &column.data_type.name);
    let mut ranges = catalog.definitions.values().filter_map(Definition::range);
    let is_made = catalog.contains(&ObjectRef::Type(name.clone()))
        || ranges.any(|(_, multirange)| multirange == name);
    !is_made || catalog.enums.contains_key(&name) || catalog.domains.contains_key(&name)
}

/// Whether its values come from nowhere else.
fn is_plain(column: &Column) -> bool {
    let mut used = column.default.iter().flat_map(|it| it.uses.iter());
    let counts = used.any(|it| matches!(it, ObjectRef::Sequence(_)));
    column.identity.is_none() && column.generated.is_none() && !counts
}

/// Whether something of its table leans on the column of which there can be one only.
fn is_held(table: &Table, column: &str) -> bool {
    let reference = ObjectRef::column(&table.name, column);
    let in_key = table.primary_key().is_some_and(|key| {
        key.columns
            .iter()
            .chain(&key.include)
            .any(|it| it == column)
    });
    let generated = table.columns.iter().filter_map(|it| it.generated.as_ref());
    let is_generated_from = generated
        .into_iter()
        .any(|it| it.expression.uses.contains(&reference));
    in_key
        || is_generated_from
        || table.clustered_on.is_some()
        || matches!(table.replica_identity, ReplicaIdentity::Index(_))
}

/// Renames of the constraints and indexes of columns that go, whose names those of the new columns get.
fn set_aside(
    moves: &[Move],
    from: &Catalog,
    to: &Catalog,
    names: &mut FreeNames<'_>,
) -> Vec<Rename> {
    let (mut renames, mut done) = (Vec::new(), BTreeSet::new());
    for Move {
        table,
        from: column,
        to: _,
    } in moves
    {
        let (Some(before), Some(after)) = (from.tables.get(table), to.tables.get(table)) else {
            continue;
        };
        let is_taken = |name: &String| {
            after.constraints.contains_key(name) || after.indexes.contains_key(name)
        };
        let constraints = constraints_of(before, column).into_iter().filter(is_taken);
        // One may be of several columns that go.
        for name in constraints.filter(|it| done.insert(ObjectRef::constraint(table, it))) {
            renames.push(Rename::Constraint {
                table: table.clone(),
                to: names.take(&name, "_old"),
                from: name,
            });
        }
        let indexes = indexes_of(before, column).into_iter().filter(is_taken);
        for name in indexes.filter(|it| done.insert(ObjectRef::index(table, it))) {
            renames.push(Rename::Index {
                table: table.clone(),
                to: names.take(&name, "_old"),
                from: name,
            });
        }
    }
    renames
}

pub(super) fn constraints_of(table: &Table, column: &str) -> Vec<String> {
    let all = table.constraints.iter();
    let of_column = all.filter(|(_, it)| it.columns(&table.name).contains(&column));
    of_column.map(|(name, _)| name.clone()).collect()
}

pub(super) fn indexes_of(table: &Table, column: &str) -> Vec<String> {
    let all = table.indexes.iter();
    let of_column = all.filter(|(_, it)| it.columns(&table.name).any(|name| name == column));
    of_column.map(|(name, _)| name.clone()).collect()
}

/// `from` with the new columns and the types that they need.
fn with_columns(moves: &[Move], from: &Catalog, to: &Catalog) -> Catalog {
    let mut catalog = from.clone();
    add_types(&mut catalog, to, |_| true);
    for it in moves {
        let new = to.column(&ColumnRef::new(&it.table, &it.to));
        let (Some(new), Some(table)) = (new, catalog.tables.get_mut(&it.table)) else {
            continue;
        };
        if let Some(old) = table.columns.iter_mut().find(|old| old.name == it.from)
            && new.nullable
        {
            // New code may write null.
            (old.nullable, old.not_null) = (true, None);
        }
        table.columns.push(filled_by_trigger(new));
    }
    catalog
}

/// `to` with the old columns and what they have.
fn with_both(moves: &[Move], before: &Catalog, to: &Catalog) -> Catalog {
    let mut catalog = to.clone();
    for it in moves {
        let (Some(from), Some(table)) = (
            before.tables.get(&it.table),
            catalog.tables.get_mut(&it.table),
        ) else {
            continue;
        };
        for column in table
            .columns
            .iter_mut()
            .filter(|column| column.name == it.to)
        {
            *column = filled_by_trigger(column);
        }
        let column = from.column(&it.from);
        table.columns.extend(column.cloned());
        for name in constraints_of(from, &it.from) {
            copy(&mut table.constraints, from.constraints.get(&name), &name);
        }
        for name in indexes_of(from, &it.from) {
            copy(&mut table.indexes, from.indexes.get(&name), &name);
        }
        if let Some(column) = column {
            add_types(&mut catalog, before, |name| column.data_type.is_of(name));
        }
        let old = ObjectRef::column(&it.table, &it.from);
        copy(&mut catalog.privileges, before.privileges.get(&old), &old);
        copy(&mut catalog.passed_on, before.passed_on.get(&old), &old);
    }
    catalog
}
