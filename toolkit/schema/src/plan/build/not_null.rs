//! `NOT NULL`, which is a constraint with a name from PostgreSQL 18 on:
//! <https://www.postgresql.org/docs/18/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL>.

use super::{columns::after_detach, inheritance::table_action};
use crate::{
    catalog::{Column, ColumnRef, NotNull, ObjectRef, QualifiedName},
    plan::{
        closure::Context,
        draft::{Draft, Name, Part},
        step::{Action, TableAction},
    },
};

/// Whether a partition's column has of its partitioned table's what a new partition gets.
pub(super) fn is_alike(own: &Column, above: &Column) -> bool {
    let name = |column: &Column| column.not_null.as_ref().map(|it| it.name.clone());
    name(own) == name(above)
}

/// What a column gets from that of a parent: the constraint by its name.
pub(super) fn inherited(above: &Column) -> Option<NotNull> {
    let constraint = above.not_null.clone();
    constraint.map(|constraint| NotNull {
        inherited: true,
        comment: None,
        ..constraint
    })
}

/// What a child is left with when what `above` hands on changes: its own once that is not inherited any more.
pub(super) fn left_by(above: &Column) -> Option<NotNull> {
    let constraint = inherited(above).filter(|_| !above.nullable)?;
    Some(NotNull {
        inherited: above.hands_on_not_null(),
        no_inherit: false,
        ..constraint
    })
}

/// What makes the kept column `from` refuse nulls as `to` does.
pub(super) fn drafts(
    context: &Context<'_>,
    column: &ColumnRef,
    from: &Column,
    to: &Column,
) -> Vec<Draft> {
    match (from.nullable, to.nullable) {
        (true, true) => Vec::new(),
        (true, false) => set_whole(context, column, to),
        (false, true) => vec![drop(column, from)],
        (false, false) => match (&from.not_null, &to.not_null) {
            (Some(before), Some(after)) if before.validated && !after.validated => {
                let mut drafts = vec![drop(column, from)];
                drafts.extend(set_whole(context, column, to));
                drafts
            }
            (Some(before), Some(after)) => alter(column, before, after),
            (_, _) => Vec::new(),
        },
    }
}

/// `SET NOT NULL`, or the constraint that is more than that.
fn set(context: &Context<'_>, column: &ColumnRef, to: &Column) -> Draft {
    let taken = to
        .not_null
        .as_ref()
        .filter(|it| is_taken(context, column, it));
    let action = match taken.or(to.unusual_not_null(&column.table)) {
        None => Action::SetNotNull(column.clone()),
        Some(constraint) => Action::Table {
            table: column.table.clone(),
            change: TableAction::AddNotNull {
                column: column.column.clone(),
                constraint: constraint.clone(),
            },
        },
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
pub(super) fn set_whole(context: &Context<'_>, column: &ColumnRef, to: &Column) -> Vec<Draft> {
    let mut drafts = vec![set(context, column, to)];
    drafts.extend(comment(column, None, to.not_null.as_ref()));
    drafts
}

/// What the statement that makes a column cannot say of it.
pub(super) fn beside(
    context: &Context<'_>,
    table: &QualifiedName,
    column: &Column,
    is_partition: bool,
) -> Vec<Draft> {
    let reference = ColumnRef::new(table, &column.name);
    let constraint = column.not_null.as_ref().filter(|_| !column.nullable);
    let not_valid = constraint.filter(|it| !it.validated && !is_partition);
    let mut drafts: Vec<_> = not_valid
        .map(|_| set(context, &reference, column))
        .into_iter()
        .collect();
    drafts.extend(comment(&reference, None, constraint));
    drafts
}

/// Whether another table has a constraint of the name, so that PostgreSQL would give a number to it.
fn is_taken(context: &Context<'_>, column: &ColumnRef, constraint: &NotNull) -> bool {
    let name = &constraint.name;
    let tables = context
        .from
        .tables
        .values()
        .chain(context.to.tables.values());
    let mut others = tables
        .filter(|it| it.name.schema == column.table.schema && it.name.name != column.table.name);
    others.any(|table| {
        let mut not_nulls = table.columns.iter().filter_map(|it| it.not_null.as_ref());
        table.constraints.contains_key(name) || not_nulls.any(|it| it.name == *name)
    })
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
