//! Extensions that move to another schema, with whatever is theirs: what uses it does not change. No I/O here.

use std::{collections::BTreeSet, sync::Arc};

use super::{rename::rename_uses, rename::table::for_each_text, rewrite::move_between};
use crate::{
    catalog::{
        Catalog, DataType, Definition, DefinitionKind, Distinction, ObjectRef, QualifiedName,
        Replacement,
    },
    identifier,
};

/// An extension's old schema and its new one.
pub(super) struct Moved {
    from: String,
    to: String,
}

/// The extensions that have another schema.
pub(super) fn extensions(from: &Catalog, to: &Catalog) -> Vec<Moved> {
    let extensions = from.definitions.iter();
    let extensions = extensions.filter(|(_, it)| it.kind == DefinitionKind::Extension);
    let moved = extensions.filter_map(|(object, before)| {
        let (from, to) = (schema(before)?, schema(to.definitions.get(object)?)?);
        (from != to).then_some(Moved { from, to })
    });
    moved.collect()
}

fn schema(extension: &Definition) -> Option<String> {
    let name = extension.text.strip_prefix("WITH SCHEMA ")?;
    Some(identifier::first(name).0)
}

/// Makes `catalog` what it is once the extension has moved: its types, functions and operator classes are
/// those names in its old schema that nothing else has.
pub(super) fn follow(catalog: &mut Catalog, later: &Catalog, moved: &Moved) {
    let own = names_in(catalog, &moved.from);
    let found = types_in(later, &moved.to);
    let Moved { from, to } = moved;
    let is_theirs = |name: &str| !own.contains(name);
    let rewrite = |sql: &str| move_between(sql, [from, to], is_theirs);
    // Another extension may stay there.
    let moves =
        |it: &DataType| it.schema == *from && is_theirs(&it.name) && found.contains(&it.name);
    for data_type in data_types_mut(catalog, moves) {
        data_type.schema.clone_from(to);
    }
    for table in catalog.tables.values_mut() {
        for_each_text(table, |sql, _| *sql = rewrite(sql));
        let indexes = table.indexes.iter_mut().map(|(_, it)| it);
        for key in indexes.flat_map(|it| &mut it.keys) {
            let class = key.operator_class.as_mut();
            if let Some(class) = class.filter(|it| it.schema == *from && is_theirs(&it.name)) {
                class.schema.clone_from(to);
            }
        }
    }
    for domain in catalog.domains.values_mut() {
        let checks = domain.checks.values_mut().map(|it| &mut it.expression);
        for expression in domain.default.iter_mut().chain(checks) {
            expression.sql = rewrite(&expression.sql);
        }
    }
    let definitions = std::mem::take(&mut catalog.definitions).into_values();
    let of_routine = |kind: DefinitionKind, name: &QualifiedName, types: &str| {
        let types = rewrite(types);
        as_printed(kind, name, &types, (later, to)).unwrap_or(types)
    };
    let definitions = definitions.map(|definition| rewritten(definition, &rewrite, &of_routine));
    catalog.definitions = definitions.map(|it| (it.reference(), it)).collect();
    rename_uses(catalog, |object| with_arguments(object, &of_routine));
}

/// The argument types of the routine that is `name` of `types` once the extension is in the schema `moved_to`, as they
/// are printed then: where the `search_path` reaches one of the schemas, its names are printed bare.
fn as_printed(
    kind: DefinitionKind,
    name: &QualifiedName,
    types: &str,
    (later, moved_to): (&Catalog, &str),
) -> Option<String> {
    let schema = identifier::quote_identifier(moved_to);
    let bare = |name: &'_ str| -> String {
        let rest = name.strip_prefix(&*schema);
        let rest = rest.and_then(|it| it.strip_prefix('.'));
        rest.unwrap_or(name).to_owned()
    };
    let each = |types: &'_ str| -> Vec<String> {
        let types = types.trim_matches(['(', ')']).split(", ");
        types.map(bare).collect()
    };
    let same = each(types);
    let all_same = |other: &&String| each(other) == same;
    let routines = later.definitions.values();
    let routines = routines.filter(|it| it.kind == kind && it.name == *name);
    let routines = routines.filter_map(|it| match &it.distinction {
        Distinction::Arguments(types) => Some(types),
        Distinction::None | Distinction::Of(_) => None,
    });
    let found: Vec<_> = routines.filter(all_same).collect();
    let stays = found.iter().any(|it| *it == types);
    found.into_iter().find(|_| !stays).cloned()
}

fn with_arguments(
    object: ObjectRef,
    of_routine: &impl Fn(DefinitionKind, &QualifiedName, &str) -> String,
) -> ObjectRef {
    match &object {
        ObjectRef::Definition {
            kind,
            name,
            distinction: Distinction::Arguments(types),
        } => {
            let distinction = Distinction::Arguments(of_routine(*kind, name, types));
            kind.reference_to(name.clone(), distinction)
        }
        ObjectRef::Schema(_)
        | ObjectRef::Type(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Table(_)
        | ObjectRef::Column(_)
        | ObjectRef::Constraint { .. }
        | ObjectRef::Index { .. }
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => object,
    }
}

/// A body that PostgreSQL keeps as text stays as it is.
fn rewritten(
    mut definition: Definition,
    rewrite: &impl Fn(&str) -> String,
    of_routine: &impl Fn(DefinitionKind, &QualifiedName, &str) -> String,
) -> Definition {
    if definition.kind == DefinitionKind::Extension {
        return definition;
    }
    let body = definition.text.find("\nAS $");
    let body = body.filter(|_| !definition.body.text.is_empty());
    let (head, body) = definition
        .text
        .split_at(body.unwrap_or(definition.text.len()));
    definition.text = format!("{}{body}", rewrite(head));
    if let Distinction::Arguments(types) = &mut definition.distinction {
        *types = of_routine(definition.kind, &definition.name, types);
    }
    match &mut definition.replacement {
        Replacement::Recreate => {}
        Replacement::Options { same, options: _ } => *same = rewrite(same),
        Replacement::Replace(same) => same.iter_mut().for_each(|it| *it = rewrite(it)),
        Replacement::Alter { same, text } => {
            *same = rewrite(same);
            *text = rewrite(text);
        }
    }
    definition
}

/// The names of what is modelled in a schema.
fn names_in(catalog: &Catalog, schema: &str) -> BTreeSet<String> {
    let tables = catalog.tables.keys().chain(catalog.enums.keys());
    let types = catalog.domains.keys().chain(catalog.composites.keys());
    let definitions = catalog.definitions.values().map(|it| &it.name);
    let names = tables
        .chain(types)
        .chain(catalog.sequences.keys())
        .chain(definitions);
    let names = names.filter(|it| it.schema == schema);
    names.map(|it| it.name.clone()).collect()
}

fn types_in(catalog: &Catalog, schema: &str) -> BTreeSet<String> {
    let columns = catalog.tables.values().flat_map(|it| &it.columns);
    let columns = columns.map(|it| &*it.data_type);
    let domains = catalog.domains.values().map(|it| &it.data_type);
    let attributes = catalog.composites.values().flat_map(|it| &it.attributes);
    let all = columns
        .chain(domains)
        .chain(attributes.map(|it| &it.data_type));
    let there = all.filter(|it| it.schema == schema);
    there.map(|it| it.name.clone()).collect()
}

/// The types that are `some`, each column's as its own.
fn data_types_mut(
    catalog: &mut Catalog,
    some: impl Fn(&DataType) -> bool + Copy,
) -> impl Iterator<Item = &mut DataType> {
    let columns = catalog.tables.values_mut().flat_map(|it| &mut it.columns);
    let columns = columns.filter(move |it| some(&it.data_type));
    let columns = columns.map(|it| Arc::make_mut(&mut it.data_type));
    let domains = catalog.domains.values_mut().map(|it| &mut it.data_type);
    let attributes = catalog.composites.values_mut();
    let attributes = attributes.flat_map(|it| &mut it.attributes);
    columns
        .chain(domains)
        .chain(attributes.map(|it| &mut it.data_type))
        .filter(move |it| some(it))
}
