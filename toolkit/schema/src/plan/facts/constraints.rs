//! Keys and other constraints: which can be altered, and which a new table comes with.

use crate::catalog::{Constraint, ConstraintKind, Key};

/// Whether only a new constraint will do.
pub(in crate::plan) fn must_replace_constraint(from: &Constraint, to: &Constraint) -> bool {
    // A partition's key joins and parts with the partition; of exclusions a partition that joins gets others.
    let comes_anew = matches!(to.kind, ConstraintKind::Exclusion { .. })
        && from.parent.is_none()
        && to.parent.is_some();
    let parent = if comes_anew { &from.parent } else { &to.parent };
    let mut alterable = Constraint {
        comment: to.comment.clone(),
        index_comment: to.index_comment.clone(),
        parent: parent.clone(),
        ..from.clone()
    };
    if to.validated {
        alterable.validated = true;
    }
    match (&mut alterable.kind, &to.kind) {
        (ConstraintKind::ForeignKey(_), ConstraintKind::ForeignKey(_)) => {
            alterable.deferral = to.deferral;
        }
        (ConstraintKind::PrimaryKey(key), ConstraintKind::PrimaryKey(to))
        | (ConstraintKind::Unique(key), ConstraintKind::Unique(to)) => {
            key.options = to.options.clone();
            // It becomes valid once all partitions have theirs.
            key.valid |= to.valid;
        }
        (
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. },
            _,
        ) => {}
    }
    alterable != *to
}

pub(in crate::plan) fn key(constraint: &Constraint) -> Option<&Key> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => Some(key),
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclusion { .. } => None,
    }
}

/// Whether the constraint can be written inside `CREATE TABLE`, where nothing is `NOT VALID`.
pub(in crate::plan) fn fits_in_create_table(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.valid,
        ConstraintKind::Exclusion { .. } => true,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => constraint.validated,
    }
}
