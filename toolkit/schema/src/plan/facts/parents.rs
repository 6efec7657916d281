//! Columns that a table has from several parents. PostgreSQL changes the type of such a one from none of
//! them: `ATPrepAlterColumnType` in
//! <https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c>.

use std::collections::BTreeSet;

use super::Context;
use crate::catalog::{Catalog, Column, ColumnRef, ConstraintKind, ObjectRef, QualifiedName, Table};

/// The parents that a kept table leaves for a while, in order, and the columns because of which it does.
pub(in crate::plan) struct Parted<'c> {
    pub(in crate::plan) parents: Vec<&'c QualifiedName>,
    pub(in crate::plan) columns: Vec<ColumnRef>,
    /// What the table would have as its own afterwards, which cannot be undone.
    pub(in crate::plan) left: Option<ObjectRef>,
}

/// All parents behind the first one with a column that changes its type, if another one has that too: so
/// the table keeps the column from that one, and the parents their order.
pub(in crate::plan) fn parted<'c>(
    context: &Context<'c>,
    from: &'c Table,
    to: &Table,
) -> Option<Parted<'c>> {
    let kept: Vec<_> = from
        .inherits
        .iter()
        .filter(|it| to.inherits.contains(it))
        .collect();
    let changed = |column: &Column| -> Vec<usize> {
        let places = kept
            .iter()
            .enumerate()
            .filter(|(_, parent)| context.is_retyped(&ColumnRef::new(parent, &column.name)));
        places.map(|(place, _)| place).collect()
    };
    let roots = |column: &Column, places: &[usize]| -> BTreeSet<ColumnRef> {
        let columns = places
            .iter()
            .map(|it| ColumnRef::new(kept[*it], &column.name));
        columns.flat_map(|it| roots(context, it)).collect()
    };
    let mut first = None;
    let mut columns = Vec::new();
    for column in &from.columns {
        let places = changed(column);
        if roots(column, &places).len() > 1 {
            columns.extend(
                places
                    .iter()
                    .map(|it| ColumnRef::new(kept[*it], &column.name)),
            );
            first = first
                .min(places.first().copied())
                .or(places.first().copied());
        }
    }
    let (stay, parents) = kept.split_at(first? + 1);
    let left = left(context.from, from, stay, parents);
    Some(Parted {
        parents: parents.to_vec(),
        columns,
        left,
    })
}

/// The columns at which a change of type begins that reaches `column`.
fn roots(context: &Context<'_>, column: ColumnRef) -> BTreeSet<ColumnRef> {
    let (mut open, mut roots) = (vec![column], BTreeSet::new());
    while let Some(next) = open.pop() {
        let table = context.from.tables.get(&next.table).into_iter();
        let above = table.flat_map(Table::parents);
        let above = above.map(|it| ColumnRef::new(it, &next.column));
        let above: Vec<_> = above.filter(|it| context.is_retyped(it)).collect();
        if above.is_empty() {
            roots.insert(next);
        }
        open.extend(above);
    }
    roots
}

/// A column or a check that comes from the parents that are left alone.
pub(in crate::plan) fn left(
    from: &Catalog,
    table: &Table,
    stay: &[&QualifiedName],
    parents: &[&QualifiedName],
) -> Option<ObjectRef> {
    let of = |names: &[&QualifiedName]| -> Vec<&Table> {
        let tables = names.iter().filter_map(|it| from.tables.get(*it));
        tables.collect()
    };
    let (stay, parents) = (of(stay), of(parents));
    let column = table.columns.iter().find(|column| {
        let has = |it: &&Table| it.column(&column.name).is_some();
        column.inherited && parents.iter().any(has) && !stay.iter().any(has)
    });
    let checks = parents.iter().flat_map(|it| {
        let checks = it.constraints.values();
        checks.filter(|it| {
            matches!(
                it.kind,
                ConstraintKind::Check {
                    no_inherit: false,
                    ..
                }
            )
        })
    });
    let mut checks = checks.filter(|check| {
        let has = |it: &&Table| it.constraints.contains_key(&check.name);
        !stay.iter().any(has) && !table.constraints.contains_key(&check.name)
    });
    column
        .map(|column| ObjectRef::column(&table.name, &column.name))
        .or_else(|| {
            checks
                .next()
                .map(|it| ObjectRef::constraint(&table.name, &it.name))
        })
}
