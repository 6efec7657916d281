//! Identities of kept columns.

use super::{columns, serial};
use crate::{
    catalog::{Column, ColumnRef, Identity, ObjectRef, SequenceOptions},
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::Context,
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
            let draft = draft
                .releases(not_null)
                .ends(ObjectRef::Sequence(identity.sequence.clone()));
            let mut carried = context.carried.iter();
            let has_left = carried.any(|it| it.from == identity.sequence && it.to == it.from);
            let name = Name::Relation(identity.sequence.clone());
            vec![if has_left { draft } else { draft.frees(name) }]
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
        let fitting = fitting(&before.options, &after.options);
        if let Some(options) = &fitting {
            // The change of type fails while the sequence has bounds of its own outside the new type's.
            let to = Identity {
                options: options.clone(),
                ..before.clone()
            };
            let from = before.clone();
            drafts.push(change(column, from, to).releases(column));
        }
        let left = fitting.as_ref().unwrap_or(&before.options);
        expected.options = retyped(left, &after.options.data_type);
    }
    if (expected.kind, &expected.options) != (after.kind, &after.options) {
        drafts.push(change(column, expected, after.clone()).needs(column));
    }
    drafts
}

fn change(column: &ColumnRef, from: Identity, to: Identity) -> Draft {
    Draft::new(Action::AlterIdentity {
        column: column.clone(),
        identity: Altered { from, to },
    })
}

/// What the options must be before the column's type changes, where that would leave them outside the
/// bounds of the new type.
fn fitting(before: &SequenceOptions, after: &SequenceOptions) -> Option<SequenceOptions> {
    let left = retyped(before, &after.data_type);
    let (lowest, highest) = SequenceOptions::bounds(&after.data_type);
    let fits = lowest <= left.min && left.max <= highest && !left.must_restart(&left);
    (!fits).then(|| SequenceOptions {
        data_type: before.data_type.clone(),
        ..after.clone()
    })
}

/// What a change of the column's type makes of its sequence: bounds at the old type's limits move
/// to the new type's, <https://www.postgresql.org/docs/current/sql-altersequence.html>.
fn retyped(options: &SequenceOptions, data_type: &str) -> SequenceOptions {
    let old = SequenceOptions::bounds(&options.data_type);
    let new = SequenceOptions::bounds(data_type);
    SequenceOptions {
        data_type: data_type.to_owned(),
        min: if options.min == old.0 {
            new.0
        } else {
            options.min
        },
        max: if options.max == old.1 {
            new.1
        } else {
            options.max
        },
        ..options.clone()
    }
}
