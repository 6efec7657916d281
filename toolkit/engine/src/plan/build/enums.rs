//! Enum types: made, extended in place, or made anew under their columns.

use super::schema_part;
use crate::{
    catalog::{Column, ColumnRef, Enum, ObjectRef, QualifiedName},
    diff::Altered,
    identifier::MAX_BYTES,
    plan::{
        Conversion,
        closure::Context,
        draft::{Draft, Name},
        step::{Action, ValuePosition},
    },
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let changes = &context.changes.enums;
    let mut drafts: Vec<_> = changes.added.iter().map(create).collect();
    drafts.extend(changes.dropped.iter().map(|dropped| {
        drop(&dropped.name, &dropped.name)
            .frees(Name::Type(dropped.name.clone()))
            .releases(schema_part(&dropped.name))
    }));
    for altered in &changes.altered {
        if context.rebuilt.contains(&altered.to.name) {
            drafts.extend(rebuild(context, &altered.to));
        } else {
            drafts.extend(add_values(altered));
        }
    }
    drafts
}

fn create(new: &Enum) -> Draft {
    Draft::new(Action::CreateEnum(new.clone()))
        .needs(schema_part(&new.name))
        .provides(ObjectRef::Enum(new.name.clone()))
        .takes(Name::Type(new.name.clone()))
}

fn drop(name: &QualifiedName, called: &QualifiedName) -> Draft {
    Draft::new(Action::DropEnum(called.clone())).ends(ObjectRef::Enum(name.clone()))
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
        drafts.push(Draft::new(action).provides(ObjectRef::Enum(name.clone())));
    }
    drafts
}

/// Sets the old type aside, makes the new one, moves each column over and drops the old one.
fn rebuild(context: &Context<'_>, new: &Enum) -> Vec<Draft> {
    let aside = aside(&new.name);
    let set_aside = Action::SetAsideEnum {
        name: new.name.clone(),
        aside: aside.name.clone(),
    };
    let mut drafts = vec![
        Draft::new(set_aside)
            .frees(Name::Type(new.name.clone()))
            .takes(Name::Type(aside.clone())),
        create(new),
        drop(&new.name, &aside),
    ];
    for (from, to) in context.kept_tables() {
        for column in from
            .columns
            .iter()
            .filter(|column| column.data_type.is_of(&new.name))
        {
            let Some(after) = to
                .column(&column.name)
                .filter(|after| after.data_type.is_of(&new.name))
            else {
                continue;
            };
            let reference = ColumnRef::new(&to.name, &column.name);
            if !context.is_replaced(&ObjectRef::Column(reference.clone())) {
                drafts.push(convert(reference, column, after, new));
            }
        }
    }
    drafts
}

fn convert(reference: ColumnRef, from: &Column, to: &Column, new: &Enum) -> Draft {
    let itself = ObjectRef::Enum(new.name.clone());
    let column = ObjectRef::Column(reference.clone());
    let conversion = Conversion::ViaText;
    let data_type = Altered {
        from: from.data_type.clone(),
        to: to.data_type.clone(),
    };
    let action = Action::SetType {
        column: reference,
        data_type,
        collation: None,
        conversion,
    };
    Draft::new(action)
        .needs(itself.clone())
        .releases(itself)
        .ends(column.clone())
        .provides(column)
}

fn aside(name: &QualifiedName) -> QualifiedName {
    const SUFFIX: &str = "__old";
    let mut end = name.name.len().min(MAX_BYTES - SUFFIX.len());
    while !name.name.is_char_boundary(end) {
        end -= 1;
    }
    name.sibling(format!("{}{SUFFIX}", &name.name[..end]))
}
