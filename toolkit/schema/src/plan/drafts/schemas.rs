//! Schemas.

use crate::{
    catalog::ObjectRef,
    plan::{draft::Draft, facts::Context, step::Action},
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let changes = &context.changes.schemas;
    let created = changes.added.iter().map(|schema| {
        Draft::new(Action::CreateSchema(schema.clone()))
            .provides(ObjectRef::Schema(schema.name.clone()))
    });
    let dropped = changes.dropped.iter().map(|schema| {
        Draft::new(Action::DropSchema(schema.name.clone()))
            .ends(ObjectRef::Schema(schema.name.clone()))
    });
    created.chain(dropped).collect()
}
