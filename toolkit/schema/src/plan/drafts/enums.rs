//! Enum types: made, or extended in place.

use super::{schema_part, types};
use crate::{
    catalog::{Enum, ObjectRef},
    diff::Altered,
    plan::{
        draft::{Draft, Name},
        facts::Context,
        step::{Action, ValuePosition},
    },
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let changes = &context.changes.enums;
    let (added, dropped) = (changes.added.iter(), changes.dropped.iter());
    let added = added.filter(|it| !context.rebuilt.contains(&it.name));
    let dropped = dropped.filter(|it| !context.rebuilt.contains(&it.name));
    let mut drafts: Vec<_> = added.map(create).collect();
    drafts.extend(dropped.map(|dropped| {
        types::drop(&dropped.name, &dropped.name)
            .frees(Name::Type(dropped.name.clone()))
            .releases(schema_part(&dropped.name))
    }));
    for altered in &changes.altered {
        if context.rebuilt.contains(&altered.to.name) {
            continue;
        }
        drafts.extend(add_values(altered));
    }
    drafts
}

pub(super) fn create(new: &Enum) -> Draft {
    Draft::new(Action::CreateEnum(new.clone()))
        .needs(schema_part(&new.name))
        .provides(ObjectRef::Type(new.name.clone()))
        .takes(Name::Type(new.name.clone()))
}

fn add_values(altered: &Altered<Enum>) -> Vec<Draft> {
    let name = &altered.to.name;
    let new = |value: &&String| !altered.from.values.contains(value);
    let mut drafts = Vec::new();
    for (place, value) in altered
        .to
        .values
        .iter()
        .enumerate()
        .filter(|(_, value)| new(value))
    {
        let is_after_the_last = altered.to.values[place..].iter().all(|value| new(&value));
        let position = match place
            .checked_sub(1)
            .map(|before| &altered.to.values[before])
        {
            _ if is_after_the_last => ValuePosition::Last,
            Some(before) => ValuePosition::After(before.clone()),
            None => altered
                .from
                .values
                .first()
                .cloned()
                .map_or(ValuePosition::Last, ValuePosition::Before),
        };
        let action = Action::AddEnumValue {
            name: name.clone(),
            value: value.clone(),
            position,
        };
        drafts.push(Draft::new(action).provides(ObjectRef::Type(name.clone())));
    }
    drafts
}
