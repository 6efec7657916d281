//! Constraints that refuse nulls, from PostgreSQL 18 on by name.

use crate::catalog::{Column, NotNull};

/// Whether a partition's column has of its partitioned table's what a new partition gets.
pub(in crate::plan) fn is_alike(own: &Column, above: &Column) -> bool {
    let name = |column: &Column| column.not_null.as_ref().map(|it| it.name.clone());
    name(own) == name(above)
}

/// What a child is left with when what `above` hands on changes: its own once that is not inherited any more.
pub(in crate::plan) fn left_by(above: &Column) -> Option<Box<NotNull>> {
    let constraint = inherited(above).filter(|_| !above.nullable)?;
    Some(Box::new(NotNull {
        inherited: above.hands_on_not_null(),
        no_inherit: false,
        ..*constraint
    }))
}

/// What a column gets from that of a parent: the constraint by its name.
pub(in crate::plan) fn inherited(above: &Column) -> Option<Box<NotNull>> {
    let constraint = above.not_null.clone();
    constraint.map(|constraint| {
        Box::new(NotNull {
            inherited: true,
            comment: None,
            ..*constraint
        })
    })
}
