//! What leans on an object that a step drops or retypes, and is not touched by the plan.

use super::{Break, Hazard, blocks, breaks, is_or_is_inside, outside};
use crate::{
    catalog::{Catalog, ObjectRef, Unmanaged, UnmanagedKind},
    diff::Changes,
    plan::{Action, CompositeAction, Obstacle, Verb},
};

/// What is not managed, or is in a schema that was not read.
pub(super) fn hazards(action: &Action, changes: &Changes<'_>) -> Vec<Hazard> {
    if let Action::DropSchema(name) = action {
        return left_in_schema(name, changes);
    }
    let Some(object) = changed(action, &changes.from) else {
        return Vec::new();
    };
    let mut hazards = not_managed(&object, changes);
    hazards.extend(outside::hazards(action, &object, changes));
    hazards
}

/// What `action` drops or gives another type.
fn changed(action: &Action, from: &Catalog) -> Option<ObjectRef> {
    let (verb, object) = action.effect()?;
    let retypes = matches!(action, Action::SetType { .. } | Action::SetAsideType { .. })
        || matches!(action, Action::Composite { change, .. }
        if matches!(change.as_ref(), CompositeAction::SetAttributeType(_)));
    // What is set of an index of a materialized view goes with it.
    let goes_along = matches!(&object, ObjectRef::Index { table, name: _ }
        if !from.tables.contains_key(table));
    ((verb == Verb::Drop || retypes) && !goes_along).then_some(object)
}

fn not_managed(object: &ObjectRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let leans = |unmanaged: &&Unmanaged| {
        unmanaged
            .uses
            .iter()
            .any(|used| is_or_is_inside(used, object))
    };
    let unmanaged = changes.from.unmanaged.iter().filter(leans);
    let hazard = |unmanaged: &Unmanaged| {
        // A publication lets a table go without a word, but none of the columns that it names.
        let lets_go =
            unmanaged.kind == UnmanagedKind::Publication && matches!(object, ObjectRef::Table(_));
        let hazard = if lets_go {
            breaks(Break::LeavesPublication, object.clone())
        } else {
            blocks(Obstacle::Dependant, object.clone())
        };
        hazard.by(unmanaged.reference())
    };
    unmanaged.map(hazard).collect()
}

fn left_in_schema(schema: &str, changes: &Changes<'_>) -> Vec<Hazard> {
    let left = changes
        .from
        .unmanaged
        .iter()
        .filter(|unmanaged| unmanaged.name.schema == schema && unmanaged.kind.is_object());
    let schema = ObjectRef::Schema(schema.to_owned());
    left.map(|it| blocks(Obstacle::InSchema, schema.clone()).by(it.reference()))
        .collect()
}
