//! What comes with a range type, and does not take part in its being renamed: the multirange type, and the
//! functions that make values of both.
//! <https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-CONSTRUCT>.

use crate::{
    catalog::{Catalog, DefinitionKind, Distinction, ObjectRef, QualifiedName},
    plan::{
        draft::{Draft, Name, Part},
        facts::{Context, positions::aside},
        step::Action,
    },
};

/// Moves what the new type brings along out of its way.
pub(super) fn set_aside(
    context: &Context<'_>,
    name: &QualifiedName,
    multirange: &QualifiedName,
) -> Vec<Draft> {
    let range = |catalog: &Catalog| {
        let range = catalog.definitions.get(&ObjectRef::Type(name.clone()))?;
        let (subtype, multirange) = range.range()?;
        Some((subtype.to_owned(), multirange))
    };
    let (Some((subtype, _)), Some((after, multirange_after))) =
        (range(context.from), range(context.to))
    else {
        return vec![of_type(multirange)];
    };
    let mut drafts = vec![of_type(multirange)];
    let range = context.from.definitions.get(&ObjectRef::Type(name.clone()));
    let is_over_rebuilt = range.is_some_and(|it| context.uses_rebuilt(&it.uses));
    if subtype == after && !is_over_rebuilt {
        let text = format!("{subtype}, text");
        let two = format!("{subtype}, {subtype}");
        drafts.push(of_function(name, &two));
        drafts.push(of_function(name, &format!("{subtype}, {text}")));
    }
    if *multirange == multirange_after {
        drafts.push(of_function(multirange, ""));
    }
    drafts
}

fn of_type(name: &QualifiedName) -> Draft {
    let aside = aside(name);
    let action = Action::SetAsideType {
        name: name.clone(),
        aside: aside.name.clone(),
    };
    Draft::new(action)
        .ends(Part::Called(name.clone()))
        .frees(Name::Type(name.clone()))
        .takes(Name::Type(aside))
}

/// Before the new type takes the name.
fn of_function(name: &QualifiedName, arguments: &str) -> Draft {
    let arguments = Distinction::Arguments(format!("({arguments})"));
    let action = Action::SetAside {
        object: DefinitionKind::Function.reference_to(name.clone(), arguments),
        aside: aside(name).name,
    };
    Draft::new(action).frees(Name::Type(name.clone()))
}
