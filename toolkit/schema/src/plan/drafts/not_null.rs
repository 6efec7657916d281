//! `NOT NULL`, which is a constraint with a name from PostgreSQL 18 on:
//! <https://www.postgresql.org/docs/18/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL>.

use std::collections::{BTreeMap, BTreeSet};

use super::{columns::after_detach, inheritance::table_action};
use crate::{
    catalog::{Column, ColumnRef, NotNull, ObjectRef, QualifiedName, Table},
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, partitions::is_attached},
        step::{Action, TableAction},
    },
};

/// What makes the kept column `from` refuse nulls as `to` does.
pub(super) fn drafts(column: &ColumnRef, from: &Column, to: &Column) -> Vec<Draft> {
    match (from.nullable, to.nullable) {
        (true, true) => Vec::new(),
        (true, false) => set_whole(column, to),
        (false, true) => vec![drop(column, from)],
        (false, false) => match (&from.not_null, &to.not_null) {
            (Some(before), Some(after)) if before.validated && !after.validated => {
                let mut drafts = vec![drop(column, from)];
                drafts.extend(set_whole(column, to));
                drafts
            }
            (Some(before), Some(after)) => alter(column, before, after),
            (_, _) => Vec::new(),
        },
    }
}

/// `SET NOT NULL`, or the constraint that is more than that.
fn set(column: &ColumnRef, to: &Column) -> Draft {
    let action = match to.unusual_not_null(&column.table) {
        None => Action::SetNotNull(column.clone()),
        Some(constraint) => add_by_name(column, constraint),
    };
    let mut draft = Draft::new(action)
        .needs(column)
        .takes(Name::Nullable(column.clone()));
    if to.has_no_nulls() {
        draft = draft.provides(Part::NotNull(column.clone()));
    }
    match &to.not_null {
        Some(constraint) => draft
            .provides(ObjectRef::constraint(&column.table, &constraint.name))
            .takes(name(column, &constraint.name)),
        None => draft,
    }
}

/// The same with the comment on it.
pub(super) fn set_whole(column: &ColumnRef, to: &Column) -> Vec<Draft> {
    let mut drafts = vec![set(column, to)];
    drafts.extend(comment(column, None, to.not_null.as_deref()));
    drafts
}

/// What the statement that makes a column cannot say of it.
pub(super) fn beside(table: &QualifiedName, column: &Column, is_partition: bool) -> Vec<Draft> {
    let reference = ColumnRef::new(table, &column.name);
    let constraint = column.not_null.as_deref().filter(|_| !column.nullable);
    let not_valid = constraint.filter(|it| !it.validated && !is_partition);
    let mut drafts: Vec<_> = not_valid
        .map(|_| set(&reference, column))
        .into_iter()
        .collect();
    drafts.extend(comment(&reference, None, constraint));
    drafts
}

fn add_by_name(column: &ColumnRef, constraint: &NotNull) -> Action {
    Action::Table {
        table: column.table.clone(),
        change: TableAction::AddNotNull {
            column: column.column.clone(),
            constraint: constraint.clone(),
        },
    }
}

/// Lets what makes a `NOT NULL` say its name where plain `NOT NULL` would get a number, for another table
/// has a constraint of the name: <https://www.postgresql.org/docs/18/sql-createtable.html>.
pub(super) fn with_said_names(context: &Context<'_>, mut drafts: Vec<Draft>) -> Vec<Draft> {
    if context.to.server_version < 180_000 {
        return drafts;
    }
    let taken = Taken::new(context);
    let whole = drafts.iter_mut().flat_map(|it| {
        [&mut it.action]
            .into_iter()
            .chain(it.besides.iter_mut().map(|it| &mut it.action))
    });
    for action in whole {
        if let Action::CreateTable(new) = action {
            let Table { name, columns, .. } = &mut new.table;
            columns.iter_mut().for_each(|it| taken.mark(name, it));
        } else if let Action::AddColumn { table, column } = action {
            taken.mark(table, &mut column.column);
        } else if let Action::SetNotNull(column) = action {
            let to = context
                .to
                .column(column)
                .and_then(|it| it.not_null.as_ref());
            if let Some(constraint) = to.filter(|it| taken.has(&column.table, it)) {
                *action = add_by_name(column, constraint);
            }
        }
    }
    drafts
}

/// The names of constraints that may be there when one is made, each by its schema, with who has it.
struct Taken<'c>(BTreeMap<(&'c str, &'c str), BTreeSet<&'c QualifiedName>>);

impl<'c> Taken<'c> {
    fn new(context: &Context<'c>) -> Self {
        let mut taken = Self(BTreeMap::new());
        for (catalog, is_there) in [(context.from, true), (context.to, false)] {
            for table in catalog.tables.values() {
                let comes_first = is_there || is_attached(context, table);
                let not_nulls = table.columns.iter().filter_map(|column| {
                    // What a new table hands on is there later than its own.
                    let constraint = column.not_null.as_deref();
                    constraint.filter(|it| comes_first || !(it.inherited || column.inherited))
                });
                let names = not_nulls.map(|it| &it.name);
                taken.add(&table.name, names.chain(table.constraints.keys()));
            }
            for domain in catalog.domains.values() {
                let not_null = domain.not_null_constraint.as_ref().map(|it| &it.name);
                taken.add(&domain.name, domain.checks.keys().chain(not_null));
            }
        }
        taken
    }

    fn add(&mut self, owner: &'c QualifiedName, names: impl Iterator<Item = &'c String>) {
        for name in names {
            let owners = self.0.entry((&owner.schema, name)).or_default();
            owners.insert(owner);
        }
    }

    fn has(&self, table: &QualifiedName, constraint: &NotNull) -> bool {
        let owners = self
            .0
            .get(&(table.schema.as_str(), constraint.name.as_str()));
        owners.is_some_and(|it| it.iter().any(|owner| *owner != table))
    }

    fn mark(&self, table: &QualifiedName, column: &mut Column) {
        if let Some(constraint) = &mut column.not_null {
            constraint.said = self.has(table, constraint);
        }
    }
}

fn drop(column: &ColumnRef, from: &Column) -> Draft {
    let draft = Draft::new(Action::DropNotNull(column.clone()))
        .ends(Part::NotNull(column.clone()))
        .frees(Name::Nullable(column.clone()));
    let draft = after_detach(draft, column);
    match &from.not_null {
        Some(constraint) => draft.frees(name(column, &constraint.name)),
        None => draft,
    }
}

fn alter(column: &ColumnRef, before: &NotNull, after: &NotNull) -> Vec<Draft> {
    let table = &column.table;
    let object = ObjectRef::constraint(table, &after.name);
    let mut drafts = Vec::new();
    if before.name != after.name && !before.inherited && !after.inherited {
        let change = TableAction::RenameConstraint {
            from: before.name.clone(),
            to: after.name.clone(),
        };
        drafts.push(
            table_action(table, change)
                .frees(name(column, &before.name))
                .takes(name(column, &after.name))
                .provides(object.clone()),
        );
    }
    if before.no_inherit != after.no_inherit {
        let change = TableAction::SetConstraintInherit {
            name: after.name.clone(),
            no_inherit: after.no_inherit,
        };
        drafts.push(table_action(table, change).needs(object.clone()));
    }
    if before.validated != after.validated {
        let action = Action::ValidateConstraint {
            table: table.clone(),
            name: after.name.clone(),
        };
        let draft = Draft::new(action).needs(object);
        drafts.push(draft.provides(Part::NotNull(column.clone())));
    }
    drafts.extend(comment(column, Some(before), Some(after)));
    drafts
}

fn comment(column: &ColumnRef, before: Option<&NotNull>, after: Option<&NotNull>) -> Option<Draft> {
    let after = after?;
    let before = before.and_then(|it| it.comment.as_ref());
    let target = ObjectRef::constraint(&column.table, &after.name);
    (before != after.comment.as_ref()).then(|| {
        Draft::new(Action::Comment {
            target: target.clone(),
            comment: after.comment.clone(),
        })
        .needs(target)
        .needs(column)
        .needs(ObjectRef::Table(column.table.clone()))
    })
}

fn name(column: &ColumnRef, constraint: &str) -> Name {
    Name::Constraint(column.table.clone(), constraint.to_owned())
}
