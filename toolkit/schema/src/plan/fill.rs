//! Which materialized views are made without data: those that were, and those that read such a one.

use std::collections::BTreeSet;

use super::{
    Action, DefinitionAction,
    draft::Draft,
    facts::{Context, owners},
};
use crate::catalog::{Catalog, Definition, DefinitionKind, Filled, ObjectRef};

/// Makes materialized views without data where one that they read has none by then: PostgreSQL
/// refuses to read it before `REFRESH`.
/// <https://www.postgresql.org/docs/current/sql-creatematerializedview.html>.
pub(super) fn leave_empty(context: &Context<'_>, mut drafts: Vec<Draft>) -> Vec<Draft> {
    let is_empty = |definition: &&Definition| !definition.filled.0;
    let of_from = context.from.definitions.values().filter(is_empty);
    let mut empty: BTreeSet<_> = of_from.map(Definition::reference).collect();
    for draft in &mut drafts {
        let Action::Definition(action) = &mut draft.action else {
            continue;
        };
        match action.as_mut() {
            DefinitionAction::Create(it) if it.kind == DefinitionKind::MaterializedView => {
                let is_filled = it.filled.0 && !reads_one_of(context.to, it, &empty);
                it.filled = Filled(is_filled);
                if is_filled {
                    empty.remove(&it.reference());
                } else {
                    empty.insert(it.reference());
                }
            }
            DefinitionAction::Create(_)
            | DefinitionAction::Replace(_)
            | DefinitionAction::Drop(_)
            | DefinitionAction::Set { .. } => {}
        }
    }
    drafts
}

/// Whether a definition reads one of `empty`, itself or by way of views and functions.
fn reads_one_of(catalog: &Catalog, definition: &Definition, empty: &BTreeSet<ObjectRef>) -> bool {
    let itself = definition.reference();
    let (mut open, mut seen) = (vec![definition], BTreeSet::from([itself]));
    while let Some(next) = open.pop() {
        for used in next.uses.iter() {
            let owners = owners::owners_of_column(used);
            for object in owners.into_iter().chain([used.clone()]) {
                if !seen.insert(object.clone()) {
                    continue;
                }
                if empty.contains(&object) {
                    return true;
                }
                open.extend(catalog.definitions.get(&object));
            }
        }
    }
    false
}
