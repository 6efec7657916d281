//! A column that gets another type under its name: a second one is made and filled beside it, and the two
//! change their names once, in one short transaction. No I/O here.
//!
//! Old and new code cannot both read a column of one name, so that transaction is the moment at which one
//! takes the place of the other. The old values stay, kept equal by a trigger, until all is well.

use std::collections::BTreeSet;

use super::{
    Phase, PhaseKind,
    free::FreeNames,
    gone,
    kept::{COMES, GOES, add_types, backfill, each, expand, filled_by_trigger},
    pieces::not_null_check,
    split,
    twins::{constraints_of, indexes_of, may_be_two},
};
use crate::{
    Result,
    catalog::{Catalog, ColumnRef, ConstraintKind, ObjectRef},
    diff::{Changes, Rename, diff, renamed},
    plan::{Action, HazardKind, Plan, Step, Twins, plan},
};

/// A column, and the names of the second one: before and of the first one after they change.
struct Retyped {
    column: ColumnRef,
    new: String,
    old: String,
    check: String,
}

/// The phases of `changes`, where a table would be written anew for the type of a column; none where none
/// would, or where there cannot be two such columns.
pub(super) fn phases(changes: &Changes<'_>) -> Result<Option<Vec<Phase>>> {
    let tables = changes.tables.altered.iter();
    let mut altered = tables.flat_map(|it| &it.columns.altered);
    let is_retyped = altered.any(|it| it.from.data_type != it.to.data_type);
    if !changes.renames.is_empty() || !is_retyped {
        return Ok(None);
    }
    let mut names = FreeNames::new([&changes.from, changes.to]);
    let columns = retyped(changes, &mut names)?;
    if columns.is_empty() {
        return Ok(None);
    }
    let Some(is) = with_the_rest(&columns, changes) else {
        return Ok(None);
    };
    let mut phases = super::phases(&diff(&changes.from, &is, &[])?)?;
    if phases.iter().any(|it| it.kind.is_after_rollout()) {
        return Ok(None);
    }
    let to = changes.to;
    let (beside, renames) = with_second(&columns, &is, to, &mut names)?;
    let first = twins(&columns, &beside, &mut names, |it| {
        [&it.column.column, &it.new]
    });
    let filled = only_columns(&columns, &is, &beside);
    phases.push(expand(plan(&diff(&is, &filled, &[])?)?, &first));
    phases.extend(first.iter().map(backfill));
    phases.extend(split(&diff(&filled, &beside, &[])?, &BTreeSet::new())?);
    let switched = switched(&columns, &beside, to, &renames)?;
    let second = twins(&columns, &switched, &mut names, |it| {
        [&it.old, &it.column.column]
    });
    let switch = plan(&diff(&beside, &switched, &renames)?)?;
    phases.push(switch_phase(&columns, switch, [&first, &second]));
    phases.extend(gone::phases(&second, &switched, to)?);
    Ok(Some(phases))
}

/// The columns for whose type the plan writes their table anew, and of which there can be two.
fn retyped(changes: &Changes<'_>, names: &mut FreeNames<'_>) -> Result<Vec<Retyped>> {
    let [from, to] = [changes.from.as_ref(), changes.to];
    let steps = plan(changes)?.steps.into_iter();
    let columns = steps.filter_map(|step| {
        let is_rewritten = step
            .hazards
            .iter()
            .any(|it| it.kind() == HazardKind::TableRewrite);
        if let Action::SetType { column, .. } = step.action
            && is_rewritten
        {
            return Some(column);
        }
        None
    });
    let can_be_two = |it: &ColumnRef| {
        let types = [from, to].map(|catalog| catalog.column(it).map(|it| &it.data_type));
        types[0] != types[1]
            && may_be_two([from, to], &it.table, &it.column)
            && !is_referred_to([from, to], it)
    };
    let found = columns.filter(can_be_two).map(|column| Retyped {
        new: names.take(&column.column, "_new"),
        old: names.take(&column.column, "_old"),
        check: names.take(
            &format!("{}_{}", column.table.name, column.column),
            "_not_null_check",
        ),
        column,
    });
    Ok(found.collect())
}

fn is_referred_to(catalogs: [&Catalog; 2], column: &ColumnRef) -> bool {
    let tables = catalogs.into_iter().flat_map(|it| it.tables.values());
    let mut keys = tables
        .flat_map(|it| it.constraints.values())
        .filter_map(|it| it.foreign_key());
    keys.any(|key| {
        key.references == column.table && key.referenced_columns.contains(&column.column)
    })
}

/// What is, with all of the change that is not about the columns; none where that cannot be told apart.
fn with_the_rest(columns: &[Retyped], changes: &Changes<'_>) -> Option<Catalog> {
    let [from, to] = [changes.from.as_ref(), changes.to];
    let mut catalog = to.clone();
    for Retyped { column, .. } in columns {
        let (before, after) = (
            from.tables.get(&column.table)?,
            to.tables.get(&column.table)?,
        );
        let table = catalog.tables.get_mut(&column.table)?;
        let place = table
            .columns
            .iter()
            .position(|it| it.name == column.column)?;
        table.columns[place] = before.column(&column.column)?.clone();
        for name in constraints_of(after, &column.column) {
            table.constraints.remove(&name);
        }
        for name in indexes_of(after, &column.column) {
            table.indexes.remove(&name);
        }
        for name in constraints_of(before, &column.column) {
            let constraint = before.constraints.get(&name)?.clone();
            let of = constraint.columns(&column.table);
            table.has_columns(&of).then_some(())?;
            table.constraints.insert(name, constraint);
        }
        for name in indexes_of(before, &column.column) {
            let index = before.indexes.get(&name)?.clone();
            let of: Vec<_> = index.columns(&column.table).collect();
            table.has_columns(&of).then_some(())?;
            table.indexes.insert(name, index);
        }
        add_types(&mut catalog, from, |name| {
            before
                .column(&column.column)
                .is_some_and(|it| it.data_type.is_of(name))
        });
        let object = ObjectRef::Column(column.clone());
        // What is defined over the column comes with it, and stays what it is until then.
        redefine(&mut catalog, &object, from, &object);
    }
    Some(catalog)
}

/// What is defined over `object` in `of` takes the place of what is over `gone`.
fn redefine(catalog: &mut Catalog, gone: &ObjectRef, of: &Catalog, object: &ObjectRef) {
    let definitions = &mut catalog.definitions;
    definitions.retain(|_, it| !it.uses.contains(gone));
    let those = of.definitions.iter();
    let those = those.filter(|(_, it)| it.uses.contains(object));
    definitions.extend(those.map(|(key, it)| (key.clone(), it.clone())));
}

/// `is` with the second columns and with all that the first ones get in `to`; and how their names change.
fn with_second(
    columns: &[Retyped],
    is: &Catalog,
    to: &Catalog,
    names: &mut FreeNames<'_>,
) -> Result<(Catalog, Vec<Rename>)> {
    let second: Vec<Rename> = columns
        .iter()
        .map(|it| renaming(it, &it.column.column, &it.new))
        .collect();
    let source = renamed(to.clone(), &second)?;
    let mut beside = is.clone();
    add_types(&mut beside, to, |_| true);
    let mut renames = Vec::new();
    for it in columns {
        let Retyped {
            column,
            new,
            old,
            check,
        } = it;
        let (Some(from), Some(table)) = (
            source.tables.get(&column.table),
            beside.tables.get_mut(&column.table),
        ) else {
            continue;
        };
        let Some(column_new) = from.column(new) else {
            continue;
        };
        table.columns.push(filled_by_trigger(column_new));
        renames.push(renaming(it, &column.column, old));
        renames.push(renaming(it, new, &column.column));
        if !column_new.nullable {
            let second = ColumnRef::new(&column.table, new);
            let mut check = not_null_check(check.clone(), &second);
            check.validated = true;
            table.constraints.insert(check.name.clone(), check);
        }
        for name in constraints_of(from, new) {
            let Some(mut constraint) = from.constraints.get(&name).cloned() else {
                continue;
            };
            if table.constraints.contains_key(&name) {
                constraint.name = names.take(&name, "_new");
                let rename = |from: &str, to: String| Rename::Constraint {
                    table: column.table.clone(),
                    from: from.to_owned(),
                    to,
                };
                renames.push(rename(&name, names.take(&name, "_old")));
                renames.push(rename(&constraint.name, name));
            }
            table
                .constraints
                .insert(constraint.name.clone(), constraint);
        }
        for name in indexes_of(from, new) {
            let Some(mut index) = from.indexes.get(&name).cloned() else {
                continue;
            };
            if table.indexes.contains_key(&name) {
                index.name = names.take(&name, "_new");
                let rename = |from: &str, to: String| Rename::Index {
                    table: column.table.clone(),
                    from: from.to_owned(),
                    to,
                };
                renames.push(rename(&name, names.take(&name, "_old")));
                renames.push(rename(&index.name, name));
            }
            table.indexes.insert(index.name.clone(), index);
        }
    }
    Ok((beside, renames))
}

fn renaming(it: &Retyped, from: &str, to: &str) -> Rename {
    Rename::Column {
        table: it.column.table.clone(),
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

/// `is` with the second columns of `beside`, and nothing else of it but their types.
fn only_columns(columns: &[Retyped], is: &Catalog, beside: &Catalog) -> Catalog {
    let mut catalog = beside.clone();
    for Retyped { column, .. } in columns {
        let before = is.tables.get(&column.table);
        if let (Some(before), Some(table)) = (before, catalog.tables.get_mut(&column.table)) {
            table.constraints.clone_from(&before.constraints);
            table.indexes.clone_from(&before.indexes);
        }
    }
    catalog
}

/// What is once the names have changed: the columns as `to` has them, beside what they were.
fn switched(
    columns: &[Retyped],
    beside: &Catalog,
    to: &Catalog,
    renames: &[Rename],
) -> Result<Catalog> {
    let mut catalog = renamed(beside.clone(), renames)?;
    for Retyped {
        column, old, check, ..
    } in columns
    {
        let (Some(table), Some(after)) = (catalog.tables.get_mut(&column.table), to.column(column))
        else {
            continue;
        };
        table.constraints.remove(check);
        for it in &mut table.columns {
            if it.name == column.column {
                *it = after.clone();
            } else if it.name == *old {
                // On PostgreSQL 18 its NOT NULL has a name, which the other one gets.
                *it = filled_by_trigger(it);
            }
        }
        let gone = ObjectRef::column(&column.table, old);
        let new = ObjectRef::Column(column.clone());
        redefine(&mut catalog, &gone, to, &new);
        for (object, privileges) in &to.privileges {
            if *object == new || catalog.definitions.contains_key(object) {
                catalog
                    .privileges
                    .insert(object.clone(), privileges.clone());
            }
        }
        catalog.privileges.remove(&gone);
    }
    Ok(catalog)
}

/// The two columns of each pair, which have the names that `pair` says in `catalog`.
fn twins<'r>(
    columns: &'r [Retyped],
    catalog: &Catalog,
    names: &mut FreeNames<'_>,
    pair: impl Fn(&'r Retyped) -> [&'r str; 2],
) -> Vec<Twins> {
    let pairs = columns.iter().filter_map(|it| {
        let table = &it.column.table;
        let [from, to] = pair(it).map(|name| catalog.column(&ColumnRef::new(table, name)));
        Some(names.twins(table, [from?, to?]))
    });
    pairs.collect()
}

/// The trigger goes, the names change, the other trigger comes. A check that holds spares reading the rows
/// for `NOT NULL`, and goes after it.
fn switch_phase(columns: &[Retyped], mut plan: Plan, [first, second]: [&[Twins]; 2]) -> Phase {
    let is_check = |action: &Action| {
        matches!(action, Action::DropConstraint { constraint, .. }
            if matches!(constraint.kind, ConstraintKind::Check { .. })
                && columns.iter().any(|it| it.check == constraint.name))
    };
    let (checks, mut steps): (Vec<_>, Vec<_>) = plan
        .steps
        .into_iter()
        .partition(|step| is_check(&step.action));
    // What makes names free comes before what takes them.
    let frees = |step: &Step| {
        matches!(
            step.action,
            Action::SkipBodyChecks | Action::Rename(_) | Action::DropNotNull(_)
        )
    };
    steps.sort_by_key(|step| (!frees(step), matches!(step.action, Action::DropNotNull(_))));
    steps.extend(checks);
    steps.splice(0..0, each(first, GOES));
    steps.extend(each(second, COMES));
    for step in &mut steps {
        // The values are there, and the rows are not read.
        step.hazards
            .retain(|it| !matches!(it.kind(), HazardKind::FailsOnRows | HazardKind::TableScan));
    }
    plan.steps = steps;
    Phase::new(PhaseKind::Switch, plan)
}
