//! Collations that are made anew under their columns.

use super::{columns, definitions, types};
use crate::{
    catalog::{Definition, ObjectRef},
    plan::{
        draft::{Draft, Name},
        facts::{Context, positions::aside},
        step::{Action, DefinitionAction},
    },
};

/// Sets the old collation aside, makes the new one, gives it to each column and drops the old one; drops it
/// first where nothing has it.
pub(super) fn drafts(context: &Context<'_>, from: &Definition, to: &Definition) -> Vec<Draft> {
    let object = from.reference();
    let mut given = Vec::new();
    for (reference, before, after) in context.kept_columns() {
        let has = |name: Option<&_>| name == Some(&from.name);
        let is_kept = !context.is_replaced(&ObjectRef::Column(reference.clone()))
            && !context.is_from_parent(&reference);
        if has(before.collation.as_deref()) && has(after.collation.as_deref()) && is_kept {
            // A change of type gives it, too.
            let is_given = before.data_type != after.data_type;
            let draft = (!is_given).then(|| columns::set_type(context, &reference, before, after));
            given.push(draft);
        }
    }
    let under_types = context.rebuilt.iter().any(|name| {
        let mut parts = types::parts(context, name).into_iter();
        parts.any(|part| part == object.clone().into())
    });
    if given.is_empty() && !under_types {
        return vec![definitions::drop(context, from), definitions::create(to)];
    }
    let aside = aside(&from.name);
    let set_aside = Action::SetAside {
        object: object.clone(),
        aside: aside.name.clone(),
    };
    let old = Definition {
        name: aside,
        ..from.clone()
    };
    let aside = Name::Definition(old.reference());
    let set_aside = Draft::new(set_aside)
        .frees(Name::Definition(object.clone()))
        .takes(aside);
    let drop = Action::Definition(Box::new(DefinitionAction::Drop(old)));
    let drop = Draft::new(drop).ends(object);
    let mut drafts = vec![set_aside, definitions::create(to), drop];
    drafts.extend(given.into_iter().flatten());
    drafts
}
