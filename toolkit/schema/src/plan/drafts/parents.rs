//! Columns that a table has from several parents. PostgreSQL changes the type of such a one from none of
//! them: `ATPrepAlterColumnType` in
//! <https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c>.

use std::collections::BTreeSet;

use super::inheritance::table_action;
use crate::{
    catalog::{ColumnRef, QualifiedName, Table},
    plan::{
        draft::{Draft, Part},
        facts::{
            Context,
            parents::{Parted, parted},
        },
        step::TableAction,
    },
};

/// Leaves those parents before the types change, and joins them again afterwards.
pub(super) fn drafts(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let Some(Parted {
        parents,
        columns,
        left: _,
    }) = parted(context, from, to)
    else {
        return Vec::new();
    };
    let own = columns
        .iter()
        .map(|it| ColumnRef::new(&to.name, &it.column));
    let all: BTreeSet<_> = columns.iter().cloned().chain(own).collect();
    let part = |parent: &&QualifiedName| {
        let change = TableAction::NoInherit((*parent).clone());
        table_action(&to.name, change).releases_all(all.iter().map(Part::from))
    };
    // All wait for the same, so they come in order.
    let join = |parent: &&QualifiedName| {
        let change = TableAction::Inherit((*parent).clone());
        table_action(&to.name, change).needs_all(all.iter().map(Part::from))
    };
    let parted = parents.iter().map(part);
    parted.chain(parents.iter().map(join)).collect()
}
