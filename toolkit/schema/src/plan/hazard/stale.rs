//! What is stored and was made by a routine whose body changes.
//!
//! PostgreSQL believes that an immutable function gives the same for ever, and makes nothing again:
//! <https://www.postgresql.org/docs/current/xfunc-volatility.html>.

use std::collections::BTreeSet;

use super::{Effect, Hazard};
use crate::{
    catalog::{
        Catalog, ConstraintKind, Definition, DefinitionKind, GeneratedKind, ObjectRef,
        QualifiedName, Table, Unmanaged, Uses,
    },
    diff::{Changes, rewrite::words},
    plan::Stale,
};

/// A routine that takes the place of another one.
pub(super) fn replaced(routine: &Definition, changes: &Changes<'_>) -> Vec<Hazard> {
    let before = changes.from.definitions.get(&routine.reference());
    if before.is_none_or(|before| body(before) == body(routine)) {
        return Vec::new();
    }
    let makers = makers(routine, &changes.from);
    let stored = stored(&makers, changes).into_iter();
    stored
        .map(|(stale, object)| {
            Hazard::new(Effect::LeavesStale(stale), object).by(routine.reference())
        })
        .collect()
}

/// The text of the body alone: what a routine costs changes no value.
fn body(routine: &Definition) -> &str {
    let text = routine.text.as_str();
    let starts = ["\nAS ", "\nBEGIN ATOMIC", "\nRETURN "];
    let start = starts.iter().filter_map(|start| text.find(start)).min();
    start.map_or(text, |start| &text[start..])
}

/// The routine and all that runs it: routines, operators, casts and operator classes, and views.
fn makers(routine: &Definition, catalog: &Catalog) -> BTreeSet<ObjectRef> {
    let mut makers = BTreeSet::from([routine.reference()]);
    let mut names = BTreeSet::from([routine.name.name.clone()]);
    loop {
        let known = makers.len();
        for definition in catalog.definitions.values() {
            let runs = uses_any(&definition.uses, &makers)
                || words(&definition.body.text)
                    .iter()
                    .any(|it| names.contains(it));
            let is_maker = definition.kind.is_routine()
                || definition.kind == DefinitionKind::Operator
                || definition.kind == DefinitionKind::View;
            if runs
                && is_maker
                && makers.insert(definition.reference())
                && definition.kind.is_routine()
            {
                names.insert(definition.name.name.clone());
            }
        }
        let unmanaged = catalog.unmanaged.iter();
        let unmanaged = unmanaged.filter(|it| uses_any(&it.uses, &makers));
        let more: Vec<_> = unmanaged.map(Unmanaged::reference).collect();
        makers.extend(more);
        if makers.len() == known {
            return makers;
        }
    }
}

fn uses_any(uses: &Uses, objects: &BTreeSet<ObjectRef>) -> bool {
    uses.iter().any(|used| objects.contains(used))
}

/// What is stored, and the object in which it is.
type Stored = (Stale, ObjectRef);

/// What `makers` made of what stays as it is.
fn stored(makers: &BTreeSet<ObjectRef>, changes: &Changes<'_>) -> Vec<Stored> {
    let mut stored = Vec::new();
    for (name, table) in &changes.from.tables {
        if let Some(after) = changes.to.tables.get(name) {
            stored.extend(columns(table, after, makers));
            stored.extend(constraints(table, after, makers));
            stored.extend(indexes(table, after, makers));
            let partitioning = table.partitioning.as_ref();
            if partitioning.is_some_and(|it| uses_any(&it.uses, makers)) {
                stored.push((Stale::Partitions, ObjectRef::Table(name.clone())));
            }
        }
    }
    for domain in changes.from.domains.values() {
        let checks = domain.checks.values();
        for check in checks.filter(|check| uses_any(&check.expression.uses, makers)) {
            let passed = Stale::DomainCheck(check.name.clone());
            stored.push((passed, ObjectRef::Type(domain.name.clone())));
        }
    }
    stored.extend(views(makers, changes));
    stored
}

fn columns(table: &Table, after: &Table, makers: &BTreeSet<ObjectRef>) -> Vec<Stored> {
    let is_stale = |name: &str, generated: &crate::catalog::Generated| {
        let same = after.column(name).and_then(|it| it.generated.as_deref());
        generated.kind == GeneratedKind::Stored
            && uses_any(&generated.expression.uses, makers)
            && same == Some(generated)
    };
    let columns = table.columns.iter();
    let columns = columns.filter(|column| {
        let generated = column.generated.as_deref();
        generated.is_some_and(|generated| is_stale(&column.name, generated))
    });
    columns
        .map(|column| (Stale::Values, ObjectRef::column(&table.name, &column.name)))
        .collect()
}

fn constraints(table: &Table, after: &Table, makers: &BTreeSet<ObjectRef>) -> Vec<Stored> {
    let stays = table.constraints.values();
    let stays = stays.filter(|it| after.constraints.get(&it.name) == Some(*it));
    stays
        .filter_map(|constraint| {
            let name = &constraint.name;
            match &constraint.kind {
                ConstraintKind::Check {
                    expression,
                    no_inherit: _,
                } if constraint.validated && uses_any(&expression.uses, makers) => {
                    Some((Stale::Check, ObjectRef::constraint(&table.name, name)))
                }
                ConstraintKind::Exclusion {
                    definition: _,
                    uses,
                } if uses_any(uses, makers) => Some(index(&table.name, name)),
                ConstraintKind::Check { .. }
                | ConstraintKind::Exclusion { .. }
                | ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::ForeignKey(_) => None,
            }
        })
        .collect()
}

fn indexes(table: &Table, after: &Table, makers: &BTreeSet<ObjectRef>) -> Vec<Stored> {
    let is_stale = |it: &&crate::catalog::Index| {
        after.indexes.get(&it.name) == Some(*it)
            && (uses_any(&it.uses, makers) || has_operator_class(it, makers))
    };
    let stale = table.indexes.values().filter(is_stale);
    stale.map(|it| index(&table.name, &it.name)).collect()
}

/// Whether a key of the index is kept in order by one of `makers`.
fn has_operator_class(index: &crate::catalog::Index, makers: &BTreeSet<ObjectRef>) -> bool {
    let classes = index
        .keys
        .iter()
        .filter_map(|key| key.operator_class.as_ref());
    let mut classes = classes.map(|name| ObjectRef::Unmanaged {
        kind: crate::catalog::UnmanagedKind::OperatorClass,
        name: name.clone(),
    });
    classes.any(|class| makers.contains(&class))
}

fn index(table: &QualifiedName, name: &str) -> Stored {
    (Stale::Index, ObjectRef::index(table, name))
}

fn views(makers: &BTreeSet<ObjectRef>, changes: &Changes<'_>) -> Vec<Stored> {
    let is_stale = |view: &&Definition| {
        let indexes = view.indexes.values();
        let mut uses = indexes.map(|it| &it.uses).chain([&view.uses]);
        view.kind == DefinitionKind::MaterializedView
            && view.filled.0
            && changes.to.definitions.get(&view.reference()) == Some(*view)
            && uses.any(|uses| uses_any(uses, makers))
    };
    let stale = changes.from.definitions.values().filter(is_stale);
    stale.map(|view| (Stale::View, view.reference())).collect()
}
