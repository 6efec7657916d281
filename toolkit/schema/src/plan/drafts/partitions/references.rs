//! Foreign keys to partitioned tables whose partitions leave, if only for a while.
//!
//! PostgreSQL detaches no partition whose rows are referred to: `ATDetachCheckNoForeignKeyRefs` in
//! <https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c>.

use crate::{
    catalog::{ForeignKey, QualifiedName},
    plan::{
        draft::Part,
        facts::{Context, references},
    },
};

/// Whether a partition of `table`, or one below, leaves.
pub(in crate::plan::drafts) fn any_leaves(context: &Context<'_>, table: &QualifiedName) -> bool {
    !references::leavers(context, table).is_empty()
}

/// The places of the partitions below `table` that leave.
pub(in crate::plan::drafts) fn leaving(context: &Context<'_>, table: &QualifiedName) -> Vec<Part> {
    let leaving = references::leavers(context, table).into_iter();
    leaving.map(|it| Part::Attached(it.name.clone())).collect()
}

/// The places of the partitions below what `key` refers to that leave and come back.
pub(in crate::plan::drafts) fn returning(context: &Context<'_>, key: &ForeignKey) -> Vec<Part> {
    let returning = references::returning(context, key).into_iter();
    returning
        .map(|it| Part::Attached(it.name.clone()))
        .collect()
}
