//! What a table is marked with: row-level security, replica identity, clustering.

use super::inheritance::table_action;
use crate::{
    catalog::{ObjectRef, ReplicaIdentity, Table},
    plan::{draft::Draft, facts::Context, step::TableAction},
};

/// Row-level security: a new table has the defaults.
pub(super) fn security(from: Option<&Table>, to: &Table) -> Vec<Draft> {
    let before = from.map(|from| from.row_security).unwrap_or_default();
    let after = to.row_security;
    let mut drafts = Vec::new();
    let mut push = |change| {
        drafts.push(table_action(&to.name, change).needs(ObjectRef::Table(to.name.clone())));
    };
    if before.enabled != after.enabled {
        push(TableAction::EnableRowSecurity(after.enabled));
    }
    if before.forced != after.forced {
        push(TableAction::ForceRowSecurity(after.forced));
    }
    drafts
}

/// Replica identity and clustering of a kept table: both go with the index that they are about.
pub(super) fn kept(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let is_there = |index: &str| {
        let objects = ObjectRef::key_or_index(&from.name, index);
        objects.iter().any(|object| context.is_kept(object))
    };
    let identity = match &from.replica_identity {
        ReplicaIdentity::Index(index) if !is_there(index) => None,
        other => Some(other),
    };
    let clustered_on = from.clustered_on.as_deref();
    marks(identity, clustered_on.filter(|it| is_there(it)), to)
}

pub(super) fn marks(
    identity: Option<&ReplicaIdentity>,
    clustered_on: Option<&str>,
    to: &Table,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if identity != Some(&to.replica_identity) {
        drafts.push(replica_identity(to));
    }
    if clustered_on != to.clustered_on.as_deref() {
        let change = TableAction::ClusterOn(to.clustered_on.clone());
        drafts.push(on_index(to, change, to.clustered_on.as_deref()));
    }
    drafts
}

fn replica_identity(table: &Table) -> Draft {
    let change = TableAction::SetReplicaIdentity(table.replica_identity.clone());
    let index = match &table.replica_identity {
        ReplicaIdentity::Index(index) => Some(index.as_str()),
        ReplicaIdentity::Default | ReplicaIdentity::Nothing | ReplicaIdentity::Full => None,
    };
    on_index(table, change, index)
}

/// What names an index or a key of the table.
fn on_index(table: &Table, change: TableAction, index: Option<&str>) -> Draft {
    let draft = table_action(&table.name, change).needs(ObjectRef::Table(table.name.clone()));
    match index {
        Some(index) => draft
            .needs(ObjectRef::index(&table.name, index))
            .needs(ObjectRef::constraint(&table.name, index)),
        None => draft,
    }
}
