//! Owners, where they were read, or differ from the role that reads and makes the objects: that role has
//! what it makes first.

use super::privileges;
use crate::{
    catalog::ObjectRef,
    plan::{draft::Draft, facts::Context, step::Action},
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    // Who brings the one side to the other is known where both were read by the same role.
    let maker = Some(&context.to.role).filter(|role| **role == context.from.role);
    let owners = context.to.owners.iter();
    let given = owners.filter(|(object, owner)| {
        let before = if privileges::is_new(context, object) {
            maker
        } else {
            context.from.owners.get(object)
        };
        before != Some(owner) && !follows_table(context, object)
    });
    let kept = context.from.owned_by_others.keys();
    let kept = kept.filter(|object| !follows_table(context, object));
    let kept = kept.filter_map(|object| Some((object, kept_owner(context, object)?)));
    given
        .chain(kept)
        .map(|(object, owner)| {
            Draft::new(Action::SetOwner {
                object: object.clone(),
                owner: owner.clone(),
            })
            .needs(object.clone())
        })
        .collect()
}

/// The owner of an object that is known afterwards.
pub(super) fn known<'c>(context: &Context<'c>, object: &ObjectRef) -> Option<&'c String> {
    let owner = context.to.owners.get(object);
    owner.or_else(|| kept_owner(context, object))
}

/// The owner of what is made again, where owners are not compared.
fn kept_owner<'c>(context: &Context<'c>, object: &ObjectRef) -> Option<&'c String> {
    let owner = context.from.owned_by_others.get(object)?;
    let is_remade = context.from.contains(object)
        && context.to.contains(object)
        && privileges::is_new(context, object);
    let is_compared = context.to.owners.contains_key(object);
    (is_remade && !is_compared).then_some(owner)
}

/// Whether a sequence has the owner of the table that it belongs to, and gets the next one with it: there
/// is no other way.
fn follows_table(context: &Context<'_>, object: &ObjectRef) -> bool {
    let ObjectRef::Sequence(name) = object else {
        return false;
    };
    let Some(after) = context.to.sequences.get(name) else {
        return true;
    };
    let before = context.from.sequences.get(name);
    let table = after.owned_by.as_ref().map(|column| &column.table);
    let is_tables =
        |table| before.is_none_or(|it| it.owned_by.as_ref().map(|it| &it.table) == Some(table));
    table.is_some_and(|table| {
        let itself = ObjectRef::Table(table.clone());
        is_tables(table) && (before.is_some() || privileges::is_new(context, &itself))
    })
}
