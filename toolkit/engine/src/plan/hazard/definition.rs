//! Definitions, domains, and tables as a whole.

use super::{Hazard, HazardKind, LockMode};
use crate::{
    catalog::{Definition, DefinitionKind, QualifiedName},
    diff::Changes,
    plan::{DefinitionAction, DomainAction, TableAction},
};

pub(super) fn hazards(action: &DefinitionAction, changes: &Changes<'_>) -> Vec<Hazard> {
    match action {
        DefinitionAction::Drop(definition) => {
            let (kind, reference) = (definition.kind, definition.reference());
            let comes_back = changes.to.definitions.contains_key(&reference);
            let is_called = kind.is_routine() || kind.is_relation();
            if comes_back || !is_called {
                return Vec::new();
            }
            let reason = format!("running code still uses {reference}");
            vec![Hazard::new(HazardKind::BreaksRunningCode, reason)]
        }
        DefinitionAction::Create(definition)
            if definition.kind == DefinitionKind::MaterializedView =>
        {
            of_materialized(definition, changes).into_iter().collect()
        }
        DefinitionAction::Create(_)
        | DefinitionAction::Replace(_)
        | DefinitionAction::Set { .. } => Vec::new(),
    }
}

/// What the making of a materialized view, perhaps for the second time, means to who reads it.
fn of_materialized(definition: &Definition, changes: &Changes<'_>) -> Option<Hazard> {
    let (name, reference) = (&definition.name, definition.reference());
    let was_there = changes.from.definitions.contains_key(&reference);
    if definition.filled.0 {
        let reason = format!("materialized view {name} is computed anew");
        let lock = LockMode::AccessExclusive;
        return was_there.then(|| Hazard::locking(HazardKind::TableScan, lock, reason));
    }
    let should_be_filled = changes.to.definitions.get(&reference);
    let should_be_filled = should_be_filled.is_some_and(|it| it.filled.0);
    let reason =
        format!("materialized view {name} cannot be read before REFRESH MATERIALIZED VIEW");
    (was_there || should_be_filled).then(|| Hazard::new(HazardKind::BreaksRunningCode, reason))
}

pub(super) fn of_table(table: &QualifiedName, change: &TableAction) -> Vec<Hazard> {
    match change {
        TableAction::EnableRowSecurity(enabled) => {
            row_security("others than its owner", table, *enabled)
        }
        TableAction::ForceRowSecurity(forced) => row_security("even its owners", table, *forced),
        TableAction::Attach(_)
        | TableAction::Detach { .. }
        | TableAction::Inherit(_)
        | TableAction::NoInherit(_)
        | TableAction::SetReplicaIdentity(_)
        | TableAction::AttachIndex { .. }
        | TableAction::ClusterOn(_)
        | TableAction::SetColumnOptions { .. }
        | TableAction::SetIndexStatistics { .. } => Vec::new(),
    }
}

fn row_security(whom: &str, table: &QualifiedName, enabled: bool) -> Vec<Hazard> {
    let (kind, reason) = if enabled {
        let reason = format!("of {table} {whom} see and write only the rows that a policy allows");
        (HazardKind::BreaksRunningCode, reason)
    } else {
        let reason = format!("of {table} {whom} see all rows, whatever the policies say");
        (HazardKind::ExposesRows, reason)
    };
    vec![Hazard::new(kind, reason)]
}

pub(super) fn of_domain(name: &QualifiedName, change: &DomainAction) -> Vec<Hazard> {
    let fails = |what: &str| {
        let reason = format!("fails where a column of {name} {what}");
        vec![Hazard::new(HazardKind::FailsOnRows, reason)]
    };
    match change {
        DomainAction::AddCheck(check) if check.validated => {
            fails(&format!("has a value that {} does not allow", check.name))
        }
        DomainAction::SetNotNull(true) => fails("is null"),
        DomainAction::AddCheck(_)
        | DomainAction::SetNotNull(false)
        | DomainAction::Create(_)
        | DomainAction::Drop
        | DomainAction::SetDefault(_)
        | DomainAction::ValidateCheck(_)
        | DomainAction::DropCheck(_)
        | DomainAction::CommentOnCheck { .. } => Vec::new(),
    }
}
