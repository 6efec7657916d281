//! Types that are made anew under their columns.

mod ranges;

use super::{collation_part, composites, definitions, domains, enums};
use crate::{
    catalog::{Catalog, Column, ColumnRef, ObjectRef, QualifiedName},
    diff::Altered,
    plan::{
        Conversion,
        draft::{Draft, Name, Part},
        facts::{Context, positions::aside},
        rebuilt,
        step::Action,
    },
};

/// Sets each old type aside, makes the new one, moves each column over and drops the old one.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let rebuilt = context.rebuilt.iter();
    let made = rebuilt.filter_map(|name| Some((name, create(context.to, name)?)));
    made.flat_map(|(name, create)| rebuild(context, name, create))
        .collect()
}

fn create(catalog: &Catalog, name: &QualifiedName) -> Option<Draft> {
    if let Some(new) = catalog.enums.get(name) {
        return Some(enums::create(new));
    }
    if let Some(new) = catalog.domains.get(name) {
        return Some(domains::create(new));
    }
    if let Some(new) = catalog.composites.get(name) {
        return Some(composites::create(new));
    }
    let range = catalog.definitions.get(&ObjectRef::Type(name.clone()))?;
    Some(definitions::create(range))
}

/// What a type is made of.
pub(super) fn parts(context: &Context<'_>, name: &QualifiedName) -> Vec<Part> {
    let catalog = context.from;
    let domain = catalog.domains.get(name);
    let attributes = catalog.composites.get(name);
    let attributes = attributes.iter().flat_map(|it| &it.attributes);
    let range = catalog.definitions.get(&ObjectRef::Type(name.clone()));
    domain
        .into_iter()
        .flat_map(|domain| domains::parts(context, domain))
        .chain(attributes.flat_map(composites::parts))
        .chain(
            range
                .into_iter()
                .flat_map(|it| it.uses.iter())
                .map(Part::from),
        )
        .collect()
}

fn rebuild(context: &Context<'_>, name: &QualifiedName, create: Draft) -> Vec<Draft> {
    let aside = aside(name);
    let set_aside = Action::SetAsideType {
        name: name.clone(),
        aside: aside.name.clone(),
    };
    let mut set_aside = Draft::new(set_aside)
        .ends(Part::Called(name.clone()))
        .frees(Name::Type(name.clone()))
        .takes(Name::Type(aside.clone()));
    if context.from.composites.contains_key(name) {
        set_aside = set_aside
            .frees(Name::Relation(name.clone()))
            .takes(Name::Relation(aside.clone()));
    }
    let mut drop = drop(name, &aside).releases_all(parts(context, name));
    let mut drafts = vec![set_aside, create];
    let multirange = rebuilt::multirange(context.from, name);
    if let Some(multirange) = &multirange {
        drop = drop.ends(ObjectRef::Type(multirange.clone()));
        drafts.extend(ranges::set_aside(context, name, multirange));
    }
    drafts.push(drop);
    drafts.extend(domains::early_drops(context, name));
    let domain = context.to.domains.get(name);
    drafts.extend(domain.and_then(|domain| domains::forget_default(context, domain)));
    for (reference, column, after) in context.kept_columns() {
        let is_of = |column: &Column| {
            let data_type = &column.data_type;
            data_type.is_of(name) || multirange.as_ref().is_some_and(|it| data_type.is_of(it))
        };
        let itself = ObjectRef::Column(reference.clone());
        let from_parent = context.is_from_parent(&reference);
        if is_of(column) && is_of(after) && !context.is_replaced(&itself) && !from_parent {
            drafts.push(convert(context, reference, column, after, name));
        }
    }
    drafts
}

/// The drop of the type `name`, which by then goes by `called`.
pub(super) fn drop(name: &QualifiedName, called: &QualifiedName) -> Draft {
    Draft::new(Action::DropType(called.clone())).ends(ObjectRef::Type(name.clone()))
}

fn convert(
    context: &Context<'_>,
    reference: ColumnRef,
    from: &Column,
    to: &Column,
    name: &QualifiedName,
) -> Draft {
    let itself = ObjectRef::Type(name.clone());
    let columns = context.with_children(&reference);
    let action = Action::SetType {
        column: reference,
        data_type: Altered {
            from: from.data_type.clone(),
            to: to.data_type.clone(),
        },
        collation: to.collation.clone(),
        conversion: Conversion::ViaText,
    };
    let draft = Draft::new(action)
        .needs(itself.clone())
        .needs_all(to.collation.as_deref().map(collation_part))
        .releases(itself)
        .releases_all(from.collation.as_deref().map(collation_part));
    columns
        .iter()
        .fold(draft, |draft, column| draft.ends(column).provides(column))
}
