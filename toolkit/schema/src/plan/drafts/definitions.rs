//! What is compared by its definition: made, replaced in place, or dropped and made again.

mod hopes;

use std::collections::BTreeMap;

pub(super) use hopes::with_hopes;

use super::{collations, indexes, schema_part};
use crate::{
    catalog::{
        Catalog, Definition, DefinitionKind, Family, ObjectRef, QualifiedName, Replacement, Setting,
    },
    identifier::{quote_identifier, quote_literal},
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, indexes::must_replace_index, owners::owner_refs},
        step::{Action, DefinitionAction},
    },
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let changes = &context.changes.definitions;
    let mut drafts = Vec::new();
    let rebuilt = |it: &Definition| {
        it.kind == DefinitionKind::RangeType && context.rebuilt.contains(&it.name)
    };
    for added in changes.added.iter().filter(|it| !rebuilt(it)) {
        drafts.extend(create_whole(added));
    }
    let dropped = changes.dropped.iter().filter(|it| !rebuilt(it));
    drafts.extend(
        dropped
            .filter(|definition| !goes_with_owner(context, definition))
            .map(|definition| drop(context, definition)),
    );
    for (object, from, to) in context.kept_definitions() {
        if context.remade_collations.contains(object) {
            drafts.extend(collations::drafts(context, from, to));
        } else if rebuilt(from) {
            // Its drafts are those of the other types.
        } else if context.is_replaced(object) {
            if !goes_with_owner(context, from) {
                drafts.push(drop(context, from));
            }
            drafts.extend(create_whole(to));
        } else if from.kind != DefinitionKind::RangeType {
            drafts.extend(alter(context, from, to));
        }
    }
    drafts
}

fn action(action: DefinitionAction) -> Draft {
    Draft::new(Action::Definition(Box::new(action)))
}

/// Whether the drop of its table or view, or of its publication, takes it along.
fn goes_with_owner(context: &Context<'_>, definition: &Definition) -> bool {
    let owner = definition.owner.as_ref();
    let publication = publication(definition);
    publication.is_some_and(|it| context.is_dropped(&it))
        || owner.is_some_and(|owner| {
            owner_refs(owner)
                .iter()
                .any(|object| context.from.contains(object) && context.is_dropped(object))
        })
}

/// What refers to the publication that it is part of.
fn publication(definition: &Definition) -> Option<ObjectRef> {
    (definition.kind.family() == Family::OfPublication).then(|| {
        let name = QualifiedName::new("pg_catalog", &definition.name.name);
        DefinitionKind::Publication.reference(name)
    })
}

/// Names that no other object may have.
fn names(definition: &Definition) -> Vec<Name> {
    let name = definition.name.clone();
    match definition.kind.family() {
        Family::Relation => vec![Name::Relation(name.clone()), Name::Type(name)],
        Family::Type => {
            let multirange = definition.range().map(|(_, it)| Name::Type(it));
            [Name::Type(name)].into_iter().chain(multirange).collect()
        }
        // Routines share one space of names.
        Family::Routine => {
            let (kind, distinction) = (DefinitionKind::Function, definition.distinction.clone());
            vec![Name::Definition(kind.reference_to(name, distinction))]
        }
        Family::Database
        | Family::Schema
        | Family::Operator
        | Family::OfRelation
        | Family::Cast
        | Family::OfServer
        | Family::OfPublication => {
            vec![Name::Definition(definition.reference())]
        }
    }
}

/// What it refers to, and where it stands.
fn parts(definition: &Definition) -> Vec<Part> {
    let itself = definition.reference();
    let uses = definition.uses.iter().filter(|used| **used != itself);
    let owner = definition.owner.iter().flat_map(owner_refs).map(Part::from);
    let publication = publication(definition).map(Part::from);
    uses.map(Part::from)
        .chain(owner)
        .chain(publication)
        .chain([schema_part(&definition.name)])
        .collect()
}

pub(super) fn create(definition: &Definition) -> Draft {
    let draft = action(DefinitionAction::Create(definition.clone()))
        .needs_all(parts(definition))
        .provides(Part::Begun(definition.reference()))
        .provides(definition.reference());
    // A view has a row type of its own; of routines with one name a call may mean any.
    let draft = if definition.kind.is_relation() {
        draft.provides(ObjectRef::Type(definition.name.clone()))
    } else if let Some((_, multirange)) = definition.range() {
        draft.provides(ObjectRef::Type(multirange))
    } else if definition.kind.is_routine() {
        draft.hopes_all([gone(definition)])
    } else {
        draft
    };
    names(definition).into_iter().fold(draft, Draft::takes)
}

fn gone(definition: &Definition) -> Part {
    Part::Gone(definition.name.clone())
}

/// It, its indexes and its settings.
fn create_whole(definition: &Definition) -> Vec<Draft> {
    let mut drafts = vec![create(definition)];
    let reference = definition.reference();
    for index in definition.indexes.values() {
        drafts.push(indexes::create(&definition.name, index).needs(reference.clone()));
        drafts.extend(indexes::statistics(&definition.name, None, index));
    }
    // A new extension has the newest version.
    let mut set = definition.settings.clone();
    set.retain(|setting, _| *setting == Setting::Version);
    drafts.extend(settings(&set, definition));
    drafts
}

/// The drop, with what goes along.
pub(super) fn drop(context: &Context<'_>, definition: &Definition) -> Draft {
    let types = definition.uses.iter().filter_map(|used| match used {
        ObjectRef::Type(name) => Some(Part::Called(name.clone())),
        ObjectRef::Schema(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Table(_)
        | ObjectRef::Column(_)
        | ObjectRef::Constraint { .. }
        | ObjectRef::Index { .. }
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => None,
    });
    let mut draft = action(DefinitionAction::Drop(definition.clone()))
        .releases_all(types.collect::<Vec<_>>())
        .releases_all(parts(definition))
        .ends(definition.reference());
    if definition.kind.is_routine() {
        draft = draft.provides(gone(definition));
    }
    if let Some((_, multirange)) = definition.range() {
        draft = draft.ends(ObjectRef::Type(multirange));
    }
    if definition.kind.is_relation() {
        draft = draft.ends(ObjectRef::Type(definition.name.clone()));
        for owned in owned(context.from, &definition.name) {
            draft = draft.implies_drop(drop(context, owned));
        }
    }
    if definition.kind == DefinitionKind::Publication {
        let itself = Some(definition.reference());
        let all = context.from.definitions.values();
        for part in all.filter(|it| publication(it) == itself) {
            draft = draft.implies_drop(drop(context, part));
        }
    }
    for index in definition.indexes.values() {
        draft = draft.implies_drop(indexes::drop(&definition.name, index));
    }
    names(definition).into_iter().fold(draft, Draft::frees)
}

/// What belongs to a table or a view and goes with it.
pub(super) fn owned<'c>(
    catalog: &'c Catalog,
    owner: &QualifiedName,
) -> impl Iterator<Item = &'c Definition> {
    let definitions = catalog.definitions.values();
    definitions.filter(move |definition| definition.owner.as_ref() == Some(owner))
}

fn alter(context: &Context<'_>, from: &Definition, to: &Definition) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let replaced = from.text != to.text;
    if replaced {
        let before = parts(from);
        drafts.push(
            action(DefinitionAction::Replace(with_option_changes(from, to)))
                .needs_all(parts(to))
                .releases_all(before)
                .provides(to.reference()),
        );
    }
    // A replaced trigger fires again, a replaced rule stays as it was.
    let resets = replaced && to.kind == DefinitionKind::Trigger;
    let mut left = from.settings.clone();
    left.retain(|setting, value| !resets && !goes_with_index(from, to, setting, value));
    // What is done to the trigger of a partitioned table is done to those of its partitions.
    let refires = from.settings.get(&Setting::Firing) != to.settings.get(&Setting::Firing);
    left.retain(|setting, _| match setting {
        Setting::FiringOn(table) => !refires && stays_partition(context, table),
        _ => true,
    });
    drafts.extend(settings(&left, to));
    drafts.extend(indexes::of_view(to, &from.indexes, &to.indexes));
    drafts
}

/// The definition to replace another one with, where that changes options: with what changes them.
fn with_option_changes(from: &Definition, to: &Definition) -> Definition {
    let (
        Replacement::Options {
            options: before, ..
        },
        Replacement::Options { same, options },
    ) = (&from.replacement, &to.replacement)
    else {
        return to.clone();
    };
    let set = options
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value));
    let set = set.map(|(name, value)| {
        let verb = if before.contains_key(name) {
            "SET"
        } else {
            "ADD"
        };
        format!("{verb} {} {}", quote_identifier(name), quote_literal(value))
    });
    let gone = before.keys().filter(|name| !options.contains_key(*name));
    let gone = gone.map(|name| format!("DROP {}", quote_identifier(name)));
    let changes: Vec<_> = set.chain(gone).collect();
    Definition {
        replacement: Replacement::Alter {
            same: same.clone(),
            text: format!("OPTIONS ({})", changes.join(", ")),
        },
        ..to.clone()
    }
}

/// Whether the drop of an index ends the setting.
fn goes_with_index(from: &Definition, to: &Definition, setting: &Setting, index: &str) -> bool {
    *setting == Setting::ClusteredOn
        && from.indexes.get(index).is_some_and(|before| {
            let after = to.indexes.get(index);
            after.is_none_or(|after| must_replace_index(before, after, false))
        })
}

/// Whether a table stays the partition that it is, with the triggers that it has from its partitioned table.
fn stays_partition(context: &Context<'_>, table: &QualifiedName) -> bool {
    let place = |catalog: &Catalog| Some(catalog.tables.get(table)?.partition_of.clone());
    context.is_kept(&ObjectRef::Table(table.clone())) && place(context.from) == place(context.to)
}

/// What is set by statements of their own and differs from what is there.
fn settings(from: &BTreeMap<Setting, String>, to: &Definition) -> Vec<Draft> {
    let changed = to.settings.iter();
    let changed = changed.filter(|(setting, value)| from.get(setting) != Some(value));
    let changed = changed.map(|(setting, value)| (setting, Some(value)));
    let gone = from.keys().filter(|it| !to.settings.contains_key(it));
    let gone = gone.map(|setting| (setting, None));
    let together = together(changed.chain(gone));
    let sets = together.into_iter();
    sets.map(|(setting, value)| set(to, setting, value))
        .collect()
}

/// The settings, where token types that have the same dictionaries are one.
fn together<'s>(
    settings: impl Iterator<Item = (&'s Setting, Option<&'s String>)>,
) -> Vec<(Setting, Option<&'s String>)> {
    let mut together: Vec<(Setting, Option<&String>)> = Vec::new();
    for (setting, value) in settings {
        let mut others = together.iter_mut().filter(|(_, other)| *other == value);
        let same = others.find_map(|(other, _)| match (other, setting) {
            (Setting::Mapping(tokens), Setting::Mapping(token)) => Some((tokens, token)),
            (_, _) => None,
        });
        if let Some((tokens, token)) = same {
            tokens.push_str(", ");
            tokens.push_str(token);
        } else {
            together.push((setting.clone(), value));
        }
    }
    together
}

fn set(to: &Definition, setting: Setting, value: Option<&String>) -> Draft {
    let draft = action(DefinitionAction::Set {
        definition: to.clone(),
        setting: setting.clone(),
        value: value.cloned(),
    });
    match (setting, value) {
        (Setting::ClusteredOn, Some(index)) => draft
            .needs(to.reference())
            .needs(ObjectRef::index(&to.name, index)),
        // What is indexed by the configuration has to find it whole.
        (Setting::Mapping(_), _) => draft
            .needs(Part::Begun(to.reference()))
            .needs_all(parts(to))
            .provides(to.reference()),
        (Setting::FiringOn(table), _) => draft
            .needs(to.reference())
            .needs(ObjectRef::Table(table.clone()))
            .needs(Part::Attached(table)),
        // Extensions come before all that is set.
        (
            Setting::Firing
            | Setting::DependsOn(_)
            | Setting::Column(..)
            | Setting::StatisticsTarget
            | Setting::ColumnDefault(_)
            | Setting::Version
            | Setting::ClusteredOn,
            _,
        ) => draft.needs(to.reference()),
    }
}
