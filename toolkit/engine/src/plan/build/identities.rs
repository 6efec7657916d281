//! Identities of kept columns.

use super::{columns, serial};
use crate::{
    catalog::{Column, ColumnRef, Identity, ObjectRef, SequenceOptions},
    diff::Altered,
    plan::{
        closure::Context,
        draft::{Draft, Name, Part},
        step::Action,
    },
};

pub(super) fn drafts(
    context: &Context<'_>,
    column: &ColumnRef,
    from: &Column,
    to: &Column,
) -> Vec<Draft> {
    let not_null = Part::NotNull(column.clone());
    match (&from.identity, &to.identity) {
        (None, None) => Vec::new(),
        (None, Some(identity)) => vec![add(column, identity)],
        (Some(identity), None) => {
            let draft = columns::end_default(Action::DropIdentity(column.clone()), column);
            vec![
                draft
                    .releases(not_null)
                    .frees(Name::Relation(identity.sequence.clone())),
            ]
        }
        (Some(before), Some(after)) => alter(context, column, before, after),
    }
}

pub(super) fn add(column: &ColumnRef, identity: &Identity) -> Draft {
    let default_sequence = serial::default_sequence(&column.table, &column.column);
    let action = Action::AddIdentity {
        column: column.clone(),
        identity: identity.clone(),
        default_sequence: default_sequence.unwrap_or_else(|| column.table.clone()),
    };
    let names = [
        Name::Default(column.clone()),
        Name::Relation(identity.sequence.clone()),
    ];
    let draft = Draft::new(action)
        .needs(column)
        .needs(Part::NotNull(column.clone()))
        .provides(ObjectRef::Sequence(identity.sequence.clone()));
    names.into_iter().fold(draft, Draft::takes)
}

fn alter(
    context: &Context<'_>,
    column: &ColumnRef,
    before: &Identity,
    after: &Identity,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if before.sequence != after.sequence {
        let (from, to) = (before.sequence.clone(), after.sequence.name.clone());
        let (frees, takes) = (
            Name::Relation(from.clone()),
            Name::Relation(after.sequence.clone()),
        );
        drafts.push(
            Draft::new(Action::RenameSequence { from, to })
                .frees(frees)
                .takes(takes),
        );
    }
    let mut expected = before.clone();
    if context.is_retyped(column) {
        expected.options = retyped(&before.options, &after.options.data_type);
    }
    if (expected.kind, &expected.options) != (after.kind, &after.options) {
        let identity = Altered {
            from: expected,
            to: after.clone(),
        };
        let action = Action::AlterIdentity {
            column: column.clone(),
            identity,
        };
        drafts.push(Draft::new(action).needs(column));
    }
    drafts
}

/// What a change of the column's type makes of its sequence: bounds at the old type's limits move
/// to the new type's, <https://www.postgresql.org/docs/current/sql-altersequence.html>.
fn retyped(options: &SequenceOptions, data_type: &str) -> SequenceOptions {
    let old = SequenceOptions::defaults(&options.data_type, options.increment);
    let new = SequenceOptions::defaults(data_type, options.increment);
    SequenceOptions {
        data_type: data_type.to_owned(),
        min: if options.min == old.min {
            new.min
        } else {
            options.min
        },
        max: if options.max == old.max {
            new.max
        } else {
            options.max
        },
        ..options.clone()
    }
}
