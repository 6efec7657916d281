//! Composite types: made, altered in place where that can be.

use super::{collation_part, schema_part, type_part};
use crate::{
    catalog::{Attribute, Composite, ObjectRef, QualifiedName},
    plan::{
        draft::{Draft, Name, Part},
        facts::Context,
        step::{Action, CompositeAction},
    },
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let changes = &context.changes.composites;
    let (added, dropped) = (changes.added.iter(), changes.dropped.iter());
    let added = added.filter(|it| !context.rebuilt.contains(&it.name));
    let dropped = dropped.filter(|it| !context.rebuilt.contains(&it.name));
    let mut drafts: Vec<_> = added.map(create).collect();
    drafts.extend(dropped.map(drop));
    let altered = changes.altered.iter();
    let altered = altered.filter(|altered| !context.rebuilt.contains(&altered.to.name));
    drafts.extend(altered.flat_map(|altered| alter(&altered.from, &altered.to)));
    drafts
}

fn action(name: &QualifiedName, change: CompositeAction) -> Draft {
    Draft::new(Action::Composite {
        name: name.clone(),
        change: Box::new(change),
    })
}

pub(super) fn parts(attribute: &Attribute) -> impl Iterator<Item = Part> {
    let collation = attribute.collation.as_ref().map(collation_part);
    type_part(&attribute.data_type).into_iter().chain(collation)
}

pub(super) fn create(composite: &Composite) -> Draft {
    action(&composite.name, CompositeAction::Create(composite.clone()))
        .needs(schema_part(&composite.name))
        .needs_all(composite.attributes.iter().flat_map(parts))
        .provides(ObjectRef::Type(composite.name.clone()))
        .takes(Name::Type(composite.name.clone()))
        .takes(Name::Relation(composite.name.clone()))
}

fn drop(composite: &Composite) -> Draft {
    action(&composite.name, CompositeAction::Drop)
        .releases(schema_part(&composite.name))
        .releases_all(composite.attributes.iter().flat_map(parts))
        .ends(ObjectRef::Type(composite.name.clone()))
        .frees(Name::Type(composite.name.clone()))
        .frees(Name::Relation(composite.name.clone()))
}

fn alter(from: &Composite, to: &Composite) -> Vec<Draft> {
    let name = &to.name;
    let action = |name: &QualifiedName, change| {
        action(name, change)
            .provides(ObjectRef::Type(name.clone()))
            .takes(Name::HasTables(name.clone()))
    };
    let mut drafts = Vec::new();
    for attribute in &from.attributes {
        match to.attribute(&attribute.name) {
            None => {
                let change = CompositeAction::DropAttribute(attribute.name.clone());
                drafts.push(action(name, change).releases_all(parts(attribute)));
            }
            Some(after)
                if (&attribute.data_type, &attribute.collation)
                    != (&after.data_type, &after.collation) =>
            {
                let change = CompositeAction::SetAttributeType(after.clone());
                let draft = action(name, change).needs_all(parts(after));
                drafts.push(draft.releases_all(parts(attribute)));
            }
            Some(_) => {}
        }
    }
    let added = to.attributes.iter();
    let added = added.filter(|attribute| from.attribute(&attribute.name).is_none());
    drafts.extend(added.map(|attribute| {
        let change = CompositeAction::AddAttribute(attribute.clone());
        action(name, change).needs_all(parts(attribute))
    }));
    drafts
}
