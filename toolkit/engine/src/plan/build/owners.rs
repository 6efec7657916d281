//! Owners, where they were read: the role that makes an object has it first.

use super::privileges;
use crate::plan::{closure::Context, draft::Draft, step::Action};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let owners = context.to.owners.iter();
    let given = owners.filter(|(object, owner)| {
        let before = if privileges::is_new(context, object) {
            Some(&context.to.role)
        } else {
            context.from.owners.get(object)
        };
        before != Some(owner)
    });
    given
        .map(|(object, owner)| {
            Draft::new(Action::SetOwner {
                object: object.clone(),
                owner: owner.clone(),
            })
            .needs(object.clone())
        })
        .collect()
}
