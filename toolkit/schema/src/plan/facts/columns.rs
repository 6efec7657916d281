//! Columns: which can be altered.

use crate::catalog::{Column, GeneratedKind};

/// Whether only a new column will do: for a generated one, unless it becomes an ordinary one.
pub(in crate::plan) fn must_replace_column(from: &Column, to: &Column) -> bool {
    match (&from.generated, &to.generated) {
        (None, None) => false,
        (Some(generated), None) => generated.kind == GeneratedKind::Virtual,
        (None, Some(_)) => true,
        (Some(_), Some(_)) => {
            from.generated != to.generated
                || from.data_type != to.data_type
                || from.collation != to.collation
        }
    }
}
