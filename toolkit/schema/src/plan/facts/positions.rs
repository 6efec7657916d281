//! Sequences that take over from others: a serial column that becomes an identity column, the reverse, or
//! one that gets another sequence. The numbers go on where they were. No I/O here.

use crate::{
    catalog::{Catalog, Column, ColumnRef, QualifiedName, SequenceOptions, Table},
    diff::Changes,
    identifier::cut,
    plan::Action,
};

/// A sequence that goes, and the new one of the same column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Carried {
    pub(in crate::plan) column: ColumnRef,
    pub(in crate::plan) from: QualifiedName,
    pub(in crate::plan) to: QualifiedName,
    /// What the position is at least, or at most, where the new one counts down: its first number.
    first: Option<i64>,
    counts_down: bool,
}

impl Carried {
    /// What the old sequence is called when its successor is there.
    pub(in crate::plan) fn source(&self) -> QualifiedName {
        if self.from == self.to {
            aside(&self.from)
        } else {
            self.from.clone()
        }
    }

    /// What gives the new sequence the position of the old one.
    pub(in crate::plan) fn action(&self) -> Action {
        Action::CarryPosition {
            from: self.source(),
            to: self.to.clone(),
            first: self.first,
            counts_down: self.counts_down,
        }
    }
}

/// The sequences of kept columns that take over from others.
pub(in crate::plan) fn carried(changes: &Changes<'_>) -> Vec<Carried> {
    let altered = changes.tables.altered.iter();
    let tables = altered.map(|it| (&it.from, &it.to, &it.columns.altered));
    let mut found = Vec::new();
    for (from, to, columns) in tables {
        for altered in columns {
            let before = generator(&changes.from, from, &altered.from);
            let after = generator(changes.to, to, &altered.to);
            let column = ColumnRef::new(&to.name, &altered.to.name);
            let both = before.zip(after);
            found.extend(
                both.and_then(|(before, after)| takes_over(changes, column, &before, &after)),
            );
        }
    }
    found
}

/// What makes the numbers of a column.
struct Generator<'c> {
    is_identity: bool,
    sequence: &'c QualifiedName,
    options: &'c SequenceOptions,
}

fn generator<'c>(catalog: &'c Catalog, table: &Table, column: &'c Column) -> Option<Generator<'c>> {
    if let Some(identity) = &column.identity {
        return Some(Generator {
            is_identity: true,
            sequence: &identity.sequence,
            options: &identity.options,
        });
    }
    let sequence = catalog.serial_sequence(table, column)?;
    Some(Generator {
        is_identity: false,
        sequence: &sequence.name,
        options: &sequence.options,
    })
}

fn takes_over(
    changes: &Changes<'_>,
    column: ColumnRef,
    from: &Generator<'_>,
    to: &Generator<'_>,
) -> Option<Carried> {
    let goes = from.is_identity || !changes.to.sequences.contains_key(from.sequence);
    let comes = to.is_identity || !changes.from.sequences.contains_key(to.sequence);
    let renamed = from.is_identity && to.is_identity;
    let counts_down = to.options.increment < 0;
    if !goes || !comes || renamed || counts_down != (from.options.increment < 0) {
        return None;
    }
    let (was, is) = if counts_down {
        (from.options.max, to.options.max)
    } else {
        (from.options.min, to.options.min)
    };
    let begins_later = if counts_down { is < was } else { is > was };
    Some(Carried {
        column,
        from: from.sequence.clone(),
        to: to.sequence.clone(),
        first: begins_later.then_some(is),
        counts_down,
    })
}

/// Whether a column's sequence has a successor that goes on where it was.
pub(in crate::plan) fn is_carried(changes: &Changes<'_>, column: &ColumnRef) -> bool {
    carried(changes).iter().any(|it| it.column == *column)
}

/// Whether a sequence that goes, by the name that it has by then, has such a successor.
pub(in crate::plan) fn is_carried_from(changes: &Changes<'_>, sequence: &QualifiedName) -> bool {
    carried(changes).iter().any(|it| it.source() == *sequence)
}

/// What something is called until it is dropped.
pub(in crate::plan) fn aside(name: &QualifiedName) -> QualifiedName {
    name.sibling(cut(&name.name, "__old"))
}
