//! Sequences that are not an identity column's.

use super::{schema_part, serial::Serial};
use crate::{
    catalog::{ColumnRef, ObjectRef, Persistence, QualifiedName, Sequence},
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::Context,
        step::Action,
    },
};

pub(super) fn drafts(context: &Context<'_>, serial: &Serial<'_>) -> Vec<Draft> {
    let changes = &context.changes.sequences;
    let mut drafts = Vec::new();
    for sequence in changes
        .added
        .iter()
        .filter(|sequence| !serial.brings(sequence))
    {
        drafts.push(create(sequence));
        if sequence.owned_by.is_some() {
            drafts.push(set_owner(context, sequence, None));
        }
    }
    for altered in &changes.altered {
        let Altered { from, to } = altered;
        if from.options != to.options {
            drafts.push(Draft::new(Action::AlterSequence(altered.clone())));
        }
        if persistence_left(context, from) != to.persistence {
            drafts.push(set_persistence(to));
        }
        if from.owned_by != to.owned_by {
            let before = from.owned_by.as_ref();
            // It leaves an owner that goes before the new one is there.
            let parted = before.filter(|_| to.owned_by.is_some());
            let parted = parted.filter(|it| context.is_dropped(&ObjectRef::Column((*it).clone())));
            drafts.extend(parted.map(|owner| part(&to.name, owner)));
            let before = before.filter(|_| parted.is_none());
            drafts.push(set_owner(context, to, before));
        }
    }
    drafts.extend(spared(context));
    drafts.extend(
        changes
            .dropped
            .iter()
            .filter(|sequence| !goes_with_owner(context, sequence))
            .map(|sequence| drop_by_its_name(context, sequence)),
    );
    drafts.extend(carried(context));
    drafts
}

/// What sequences take over from others, for which those make room.
fn carried(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for it in &context.carried {
        let aside = it.source();
        let old = ObjectRef::Sequence(it.from.clone());
        if it.from == it.to {
            let action = if context.from.sequences.contains_key(&it.from) {
                Action::SetAside {
                    object: old.clone(),
                    aside: aside.name.clone(),
                }
            } else {
                Action::RenameSequence {
                    from: it.from.clone(),
                    to: aside.name.clone(),
                }
            };
            let set_aside = Draft::new(action)
                .frees(Name::Relation(it.from.clone()))
                .takes(Name::Relation(aside));
            drafts.push(set_aside);
        }
        let carry = Draft::new(it.action())
            .needs(ObjectRef::Sequence(it.to.clone()))
            .releases(old);
        drafts.push(carry);
    }
    drafts
}

/// The drop of a sequence, perhaps by the name that it has for a while.
fn drop_by_its_name(context: &Context<'_>, sequence: &Sequence) -> Draft {
    let mut carried = context.carried.iter();
    let Some(carried) = carried.find(|it| it.from == sequence.name && it.to == it.from) else {
        return drop(sequence);
    };
    Draft::new(Action::DropSequence(carried.source()))
        .releases(schema_part(&sequence.name))
        .ends(ObjectRef::Sequence(sequence.name.clone()))
}

fn create(sequence: &Sequence) -> Draft {
    Draft::new(Action::CreateSequence(sequence.clone()))
        .needs(schema_part(&sequence.name))
        .provides(ObjectRef::Sequence(sequence.name.clone()))
        .takes(Name::Relation(sequence.name.clone()))
}

fn set_persistence(sequence: &Sequence) -> Draft {
    Draft::new(Action::SetPersistence {
        table: sequence.name.clone(),
        persistence: sequence.persistence,
    })
    .needs(ObjectRef::Sequence(sequence.name.clone()))
}

/// What becomes of a sequence's persistence: it follows that of the table that owns it, from
/// PostgreSQL 15 on.
fn persistence_left(context: &Context<'_>, from: &Sequence) -> Persistence {
    let owner = from.owned_by.as_ref().map(|owner| &owner.table);
    let tables = owner.and_then(|owner| {
        Some((
            context.from.tables.get(owner)?,
            context.to.tables.get(owner)?,
        ))
    });
    match tables {
        Some((before, after))
            if before.persistence != after.persistence && context.to.server_version >= 150_000 =>
        {
            after.persistence
        }
        Some(_) | None => from.persistence,
    }
}

fn set_owner(context: &Context<'_>, sequence: &Sequence, before: Option<&ColumnRef>) -> Draft {
    // Whatever type a column that is there has, it can be the owner.
    let owner = sequence.owned_by.iter();
    let owner = owner.filter(|owner| !context.is_kept(&ObjectRef::Column((*owner).clone())));
    let action = Action::SetSequenceOwner {
        sequence: sequence.name.clone(),
        owner: sequence.owned_by.clone(),
    };
    Draft::new(action)
        .takes(Name::Owner(sequence.name.clone()))
        .needs(ObjectRef::Sequence(sequence.name.clone()))
        .needs_all(owner.map(Part::from))
        .releases_all(before.into_iter().map(Part::from))
}

/// Lets a sequence go from its owner.
fn part(sequence: &QualifiedName, owner: &ColumnRef) -> Draft {
    let action = Action::SetSequenceOwner {
        sequence: sequence.clone(),
        owner: None,
    };
    Draft::new(action)
        .releases(owner)
        .frees(Name::Owner(sequence.clone()))
}

/// Lets the kept sequences of a column go before that is dropped, which would take them along, and
/// gives them back when it is made again.
fn spared(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, from) in &context.from.sequences {
        let (Some(to), Some(owner)) = (context.to.sequences.get(name), &from.owned_by) else {
            continue;
        };
        if from.owned_by != to.owned_by || !is_replaced(context, owner) {
            continue;
        }
        drafts.push(part(name, owner));
        drafts.push(set_owner(context, to, None));
    }
    drafts
}

fn is_replaced(context: &Context<'_>, owner: &ColumnRef) -> bool {
    context.is_replaced(&ObjectRef::Column(owner.clone()))
}

/// The drop of a sequence; part of the drop of its owner where that goes too.
pub(super) fn drop(sequence: &Sequence) -> Draft {
    Draft::new(Action::DropSequence(sequence.name.clone()))
        .releases(schema_part(&sequence.name))
        .ends(ObjectRef::Sequence(sequence.name.clone()))
        .frees(Name::Relation(sequence.name.clone()))
}

/// Whether the owner's drop takes the sequence along.
fn goes_with_owner(context: &Context<'_>, sequence: &Sequence) -> bool {
    sequence
        .owned_by
        .as_ref()
        .is_some_and(|owner| context.to.column(owner).is_none() || is_replaced(context, owner))
}

/// The dropped sequences that `column` owns.
pub(super) fn owned<'c>(
    context: &Context<'c>,
    column: &ColumnRef,
) -> impl Iterator<Item = &'c Sequence> {
    let dropped = &context.changes.sequences.dropped;
    dropped
        .iter()
        .filter(move |sequence| sequence.owned_by.as_ref() == Some(column))
}
