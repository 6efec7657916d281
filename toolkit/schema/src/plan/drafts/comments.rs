//! Comments: set on what is new or made again, changed on what is kept.

use crate::{
    catalog::{Catalog, Composite, Definition, Domain, ObjectRef, Table},
    plan::{
        draft::Draft,
        facts::{
            Context,
            indexes::{columns, is_built_anew},
            owners::{is_owner_replaced, owners_of_column},
        },
        step::Action,
    },
};

type Comment<'c> = (ObjectRef, Option<&'c String>);

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let before: std::collections::BTreeMap<_, _> = comments(context.from).collect();
    comments(context.to)
        .filter_map(|(target, comment)| {
            let survives = !is_made_anew(context, &target);
            let current = before.get(&before_rename(context, &target)).copied();
            let current = current.flatten().filter(|_| survives);
            let unlike = current != comment || is_described_by_parent(context, &target);
            unlike.then(|| draft(context, target, comment))
        })
        .collect()
}

/// The sequence of an identity column goes over to another name with the column's identity.
fn before_rename(context: &Context<'_>, target: &ObjectRef) -> ObjectRef {
    let ObjectRef::Sequence(name) = target else {
        return target.clone();
    };
    let column = context.to.identity_column(name);
    let before = column.and_then(|it| context.from.column(&it)?.identity.as_ref());
    before.map_or_else(
        || target.clone(),
        |it| ObjectRef::Sequence(it.sequence.clone()),
    )
}

fn is_made_anew(context: &Context<'_>, target: &ObjectRef) -> bool {
    let with_owner = |owner| context.rebuilt.contains(owner) || is_owner_replaced(context, owner);
    match target {
        ObjectRef::Type(name) => context.rebuilt.contains(name),
        ObjectRef::Column(column) => context.is_replaced(target) || with_owner(&column.table),
        ObjectRef::Constraint { table, name } | ObjectRef::Index { table, name } => {
            let key = ObjectRef::constraint(table, name);
            context.is_replaced(target) || context.is_replaced(&key) || with_owner(table)
        }
        ObjectRef::Table(_) | ObjectRef::Definition { .. } => context.is_replaced(target),
        ObjectRef::Sequence(name) => context.to.identity_column(name).is_some_and(|column| {
            let before = context.from.column(&column);
            let has_identity = before.is_some_and(|it| it.identity.is_some());
            !has_identity
                || context.is_replaced(&ObjectRef::Column(column.clone()))
                || is_owner_replaced(context, &column.table)
        }),
        ObjectRef::Schema(_) | ObjectRef::Unmanaged { .. } => false,
    }
}

/// Whether the change of a column's type gives an index of a partition, which is built anew, the comment
/// of the partitioned table's.
fn is_described_by_parent(context: &Context<'_>, target: &ObjectRef) -> bool {
    let ObjectRef::Index { table, name } = target else {
        return false;
    };
    let index = |table: &Table, name: &str| {
        let index = table.indexes.get(name);
        let index = index.map(|it| (it.parent.clone(), it.comment.is_some()));
        let key = table.constraints.get(name);
        index.or_else(|| key.map(|it| (it.parent.clone(), it.index_comment.is_some())))
    };
    let Some(own) = context.from.tables.get(table) else {
        return false;
    };
    if !is_built_anew(context, own, name) {
        return false;
    }
    let (mut next, mut name) = (Some(own), name.clone());
    while let Some(table) = next {
        let Some((Some(parent), _)) = index(table, &name) else {
            return false;
        };
        let above = table.partition_of.as_ref();
        next = above.and_then(|it| context.from.tables.get(&it.parent));
        name = parent;
        if next
            .is_some_and(|above| index(above, &name).is_some_and(|(_, is_described)| is_described))
        {
            return true;
        }
    }
    false
}

/// The columns of an index: a change of their types builds it anew.
fn columns_under(catalog: &Catalog, target: &ObjectRef) -> Vec<ObjectRef> {
    let ObjectRef::Index { table, name } = target else {
        return Vec::new();
    };
    let Some(table) = catalog.tables.get(table) else {
        return Vec::new();
    };
    let columns = columns(table, name);
    columns
        .map(|column| ObjectRef::column(&table.name, column))
        .collect()
}

fn draft(context: &Context<'_>, target: ObjectRef, comment: Option<&String>) -> Draft {
    // The index behind a key goes by the key's name.
    let key = if let ObjectRef::Index { table, name } = &target {
        Some(ObjectRef::constraint(table, name))
    } else {
        None
    };
    Draft::new(Action::Comment {
        target: target.clone(),
        comment: comment.cloned(),
    })
    .needs_all(owners_of_column(&target))
    .needs_all(columns_under(context.to, &target))
    .needs_all(key)
    .needs(target)
}

fn comments(catalog: &Catalog) -> impl Iterator<Item = Comment<'_>> {
    let Catalog {
        server_version: _,
        role: _,
        schemas,
        enums,
        domains,
        composites,
        sequences,
        tables,
        definitions,
        privileges: _,
        default_privileges: _,
        passed_on: _,
        owners: _,
        owned_by_others: _,
        unmanaged: _,
        outsiders: _,
    } = catalog;
    let schemas = schemas.values().map(|schema| {
        let object = ObjectRef::Schema(schema.name.clone());
        (object, schema.comment.as_ref())
    });
    let enums = enums
        .values()
        .map(|it| (ObjectRef::Type(it.name.clone()), it.comment.as_ref()));
    let sequences = sequences
        .values()
        .map(|it| (ObjectRef::Sequence(it.name.clone()), it.comment.as_ref()));
    schemas
        .chain(enums)
        .chain(domains.values().map(of_domain))
        .chain(composites.values().flat_map(of_composite))
        .chain(sequences)
        .chain(tables.values().flat_map(of_table))
        .chain(definitions.values().flat_map(of_definition))
}

/// Those on a domain's checks are part of what is done to the domain.
fn of_domain(domain: &Domain) -> Comment<'_> {
    let itself = ObjectRef::Type(domain.name.clone());
    (itself, domain.comment.as_ref())
}

fn of_composite(composite: &Composite) -> impl Iterator<Item = Comment<'_>> {
    let attributes = composite.attributes.iter().map(|attribute| {
        let object = ObjectRef::column(&composite.name, &attribute.name);
        (object, attribute.comment.as_ref())
    });
    let itself = ObjectRef::Type(composite.name.clone());
    std::iter::once((itself, composite.comment.as_ref())).chain(attributes)
}

fn of_definition(definition: &Definition) -> impl Iterator<Item = Comment<'_>> {
    let columns = definition.columns.iter().map(|(name, comment)| {
        let object = ObjectRef::column(&definition.name, name);
        (object, comment.as_ref())
    });
    let indexes = definition.indexes.values().map(|index| {
        let object = ObjectRef::index(&definition.name, &index.name);
        (object, index.comment.as_ref())
    });
    let itself = (definition.reference(), definition.comment.as_ref());
    std::iter::once(itself).chain(columns).chain(indexes)
}

fn of_table(table: &Table) -> impl Iterator<Item = Comment<'_>> {
    let name = &table.name;
    let columns = table
        .columns
        .iter()
        .map(|it| (ObjectRef::column(name, &it.name), it.comment.as_ref()));
    let constraints = table
        .constraints
        .values()
        .map(|it| (ObjectRef::constraint(name, &it.name), it.comment.as_ref()));
    let keys = table.constraints.values().filter(|it| it.has_index());
    let keys = keys.map(|it| (ObjectRef::index(name, &it.name), it.index_comment.as_ref()));
    let indexes = table
        .indexes
        .values()
        .map(|it| (ObjectRef::index(name, &it.name), it.comment.as_ref()))
        .chain(keys);
    let identities = table.columns.iter().filter_map(|it| it.identity.as_ref());
    let sequences = identities.map(|it| {
        let object = ObjectRef::Sequence(it.sequence.clone());
        (object, it.comment.as_ref())
    });
    std::iter::once((ObjectRef::Table(name.clone()), table.comment.as_ref()))
        .chain(columns)
        .chain(sequences)
        .chain(constraints)
        .chain(indexes)
}
