//! What should come first though PostgreSQL does not know it: what the words of a body may stand for.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{Catalog, ObjectRef},
    diff::rewrite::words,
    plan::draft::{Draft, Part},
};

/// PostgreSQL does not know what a body in text refers to: such a routine, and what may run it, should
/// come after whatever is called by a word in it.
pub(in crate::plan::drafts) fn with_hopes(catalog: &Catalog, drafts: Vec<Draft>) -> Vec<Draft> {
    let makes_body = |draft: &Draft| {
        let made = draft.made_definition();
        made.is_some_and(|it| !it.body.text.is_empty())
    };
    if !drafts.iter().any(makes_body) {
        return drafts;
    }
    let named = named(catalog);
    let routines = catalog.definitions.values();
    let routines = routines.filter(|it| it.kind.is_routine() && !it.body.text.is_empty());
    let mentions: BTreeMap<ObjectRef, BTreeSet<Part>> = routines
        .map(|it| (it.reference(), mentioned(catalog, &named, &it.body.text)))
        .collect();
    let hopeful = |draft: Draft| {
        let mut hopes = BTreeSet::new();
        let parts = draft.whole();
        let parts = parts.flat_map(|it| it.needs.iter().chain(&it.provides));
        let mut open: Vec<Part> = parts.cloned().collect();
        while let Some(part) = open.pop() {
            let Part::Object(object) = &part else {
                continue;
            };
            for mention in mentions.get(object).into_iter().flatten() {
                if hopes.insert(mention.clone()) {
                    open.push(mention.clone());
                }
            }
        }
        draft.hopes_all(hopes)
    };
    drafts.into_iter().map(hopeful).collect()
}

/// What the words of a body may stand for.
fn mentioned(
    catalog: &Catalog,
    named: &BTreeMap<&str, Vec<ObjectRef>>,
    text: &str,
) -> BTreeSet<Part> {
    let words = words(text);
    let objects = words.iter().filter_map(|word| named.get(word.as_str()));
    let objects: Vec<_> = objects.flatten().cloned().collect();
    let columns = objects.iter().flat_map(|object| columns(catalog, object));
    let columns: Vec<_> = columns
        .filter(|(name, _)| words.contains(*name))
        .map(|(_, part)| part)
        .collect();
    let objects = objects.into_iter().map(Part::Object);
    objects.chain(columns).collect()
}

/// What a word may stand for.
fn named(catalog: &Catalog) -> BTreeMap<&str, Vec<ObjectRef>> {
    let mut named: BTreeMap<&str, Vec<ObjectRef>> = BTreeMap::new();
    let tables = catalog
        .tables
        .keys()
        .map(|it| (it, ObjectRef::Table(it.clone())));
    let sequences = catalog.sequences.keys();
    let sequences = sequences.map(|it| (it, ObjectRef::Sequence(it.clone())));
    let types = catalog.enums.keys().chain(catalog.domains.keys());
    let types = types.chain(catalog.composites.keys());
    let types = types.map(|it| (it, ObjectRef::Type(it.clone())));
    for (name, object) in tables.chain(sequences).chain(types) {
        named.entry(&name.name).or_default().push(object);
    }
    for definition in catalog.definitions.values() {
        let is_callable = definition.kind.is_routine() || definition.kind.is_relation();
        if is_callable {
            let objects = named.entry(&definition.name.name).or_default();
            objects.push(definition.reference());
        }
    }
    named
}

fn columns<'c>(catalog: &'c Catalog, object: &ObjectRef) -> Vec<(&'c str, Part)> {
    let ObjectRef::Table(name) = object else {
        return Vec::new();
    };
    let columns = catalog
        .tables
        .get(name)
        .into_iter()
        .flat_map(|it| &it.columns);
    columns
        .map(|column| {
            let part = Part::Object(ObjectRef::column(name, &column.name));
            (column.name.as_str(), part)
        })
        .collect()
}
