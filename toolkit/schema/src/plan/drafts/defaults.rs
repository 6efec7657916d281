//! Defaults of kept columns.

use super::columns::end_default;
use crate::{
    catalog::{Column, ColumnRef, Expression, ObjectRef},
    plan::{
        draft::{Draft, Name},
        facts::Context,
        step::Action,
    },
};

/// What makes the default that the parents leave, that of `left`, the wanted one.
pub(super) fn drafts(
    context: &Context<'_>,
    column: &ColumnRef,
    left: &Column,
    to: &Column,
) -> Vec<Draft> {
    let itself = ObjectRef::Column(column.clone());
    let own = context.from.column(column);
    let own = own.filter(|_| !context.is_replaced(&itself));
    // A parent's statement gives it the parent's.
    let given = own.is_none() || context.is_default_given(column);
    let own = own.and_then(|own| own.default.as_ref());
    let replaced = context.is_default_replaced(column) && !context.shares_default(column);
    let goes_first = own.is_some() && (replaced || (!given && to.default.is_none()));
    let mut drafts = Vec::new();
    if goes_first {
        let drop = end_default(Action::DropDefault(column.clone()), column);
        drafts.push(drop.releases_all(own.into_iter().flat_map(used_by_default)));
    }
    let left = match (given, goes_first) {
        (true, _) => left.default.as_ref(),
        (false, true) => None,
        (false, false) => own,
    };
    if left != to.default.as_ref() {
        let draft = match &to.default {
            Some(default) => set(column, default),
            None => Draft::new(Action::DropDefault(column.clone())).needs(column),
        };
        let draft = draft.takes(Name::Default(column.clone()));
        drafts.push(if goes_first {
            draft
        } else {
            draft.releases_all(own.into_iter().flat_map(used_by_default))
        });
    }
    let children = context.with_children(column).into_iter().skip(1);
    let children: Vec<_> = children.map(Name::Default).collect();
    for draft in &mut drafts {
        draft.frees.extend(children.iter().cloned());
    }
    drafts
}

/// PostgreSQL notes of each default that it leans on its column too, whose type may change first.
fn used_by_default(default: &Expression) -> impl Iterator<Item = &ObjectRef> {
    let uses = default.uses.iter();
    uses.filter(|used| !matches!(used, ObjectRef::Column(_)))
}

pub(super) fn set(column: &ColumnRef, default: &Expression) -> Draft {
    Draft::new(Action::SetDefault {
        column: column.clone(),
        default: default.clone(),
    })
    .needs(column)
    .needs_all(default.uses.iter())
}
