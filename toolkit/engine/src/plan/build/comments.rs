//! Comments: set on what is new or made again, changed on what is kept.

use crate::{
    catalog::{ObjectRef, Table},
    plan::{closure::Context, draft::Draft, step::Action},
};

type Comment<'c> = (ObjectRef, Option<&'c String>);

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let before: std::collections::BTreeMap<_, _> = comments(context.from).collect();
    comments(context.to)
        .filter_map(|(target, comment)| {
            let survives = !is_made_anew(context, &target);
            let current = before.get(&target).copied().flatten().filter(|_| survives);
            (current != comment).then(|| draft(target, comment))
        })
        .collect()
}

fn is_made_anew(context: &Context<'_>, target: &ObjectRef) -> bool {
    match target {
        ObjectRef::Enum(name) => context.rebuilt.contains(name),
        ObjectRef::Column(_) | ObjectRef::Constraint { .. } | ObjectRef::Index { .. } => {
            context.is_replaced(target)
        }
        ObjectRef::Schema(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Table(_)
        | ObjectRef::Unmanaged { .. } => false,
    }
}

fn draft(target: ObjectRef, comment: Option<&String>) -> Draft {
    Draft::new(Action::Comment {
        target: target.clone(),
        comment: comment.cloned(),
    })
    .needs(target)
}

fn comments(catalog: &crate::catalog::Catalog) -> impl Iterator<Item = Comment<'_>> {
    let crate::catalog::Catalog {
        server_version: _,
        schemas,
        enums,
        sequences,
        tables,
        unmanaged: _,
    } = catalog;
    let schemas = schemas.values().map(|schema| {
        (
            ObjectRef::Schema(schema.name.clone()),
            schema.comment.as_ref(),
        )
    });
    let enums = enums
        .values()
        .map(|it| (ObjectRef::Enum(it.name.clone()), it.comment.as_ref()));
    let sequences = sequences
        .values()
        .map(|it| (ObjectRef::Sequence(it.name.clone()), it.comment.as_ref()));
    schemas
        .chain(enums)
        .chain(sequences)
        .chain(tables.values().flat_map(of_table))
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
    let indexes = table
        .indexes
        .values()
        .map(|it| (ObjectRef::index(name, &it.name), it.comment.as_ref()));
    std::iter::once((ObjectRef::Table(name.clone()), table.comment.as_ref()))
        .chain(columns)
        .chain(constraints)
        .chain(indexes)
}
