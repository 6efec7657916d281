//! Definitions, domains, and tables as a whole.

use super::{Break, Effect, Failure, Hazard, LockMode, breaks, column, fails, policy, stale};
use crate::{
    catalog::{ColumnRef, Definition, DefinitionKind, ObjectRef, QualifiedName, Table},
    diff::Changes,
    plan::{DefinitionAction, DomainAction, Exposure, SecuredRole, TableAction},
};

pub(super) fn hazards(action: &DefinitionAction, changes: &Changes<'_>) -> Vec<Hazard> {
    let (DefinitionAction::Drop(definition)
    | DefinitionAction::Create(definition)
    | DefinitionAction::Replace(definition)
    | DefinitionAction::Set { definition, .. }) = action;
    if definition.kind == DefinitionKind::Policy {
        return policy::hazards(action, changes);
    }
    match action {
        DefinitionAction::Drop(definition) => {
            let (kind, reference) = (definition.kind, definition.reference());
            let comes_back = changes.to.definitions.contains_key(&reference);
            let is_called = kind.is_routine() || kind.is_relation();
            if comes_back || !is_called {
                return Vec::new();
            }
            vec![breaks(Break::Gone, reference)]
        }
        DefinitionAction::Create(definition)
            if definition.kind == DefinitionKind::MaterializedView =>
        {
            of_materialized(definition, changes).into_iter().collect()
        }
        DefinitionAction::Replace(definition) if definition.kind.is_routine() => {
            stale::replaced(definition, changes)
        }
        DefinitionAction::Create(definition) | DefinitionAction::Replace(definition)
            if definition.kind == DefinitionKind::View =>
        {
            opened_view(definition, changes)
        }
        DefinitionAction::Create(definition) if definition.kind == DefinitionKind::UserMapping => {
            vec![breaks(Break::NoPassword, definition.reference())]
        }
        DefinitionAction::Create(_)
        | DefinitionAction::Replace(_)
        | DefinitionAction::Set { .. } => Vec::new(),
    }
}

/// A view that no longer reads with the rights of who reads it, or that lets others' functions see rows
/// before they are left out: <https://www.postgresql.org/docs/current/rules-privileges.html>.
fn opened_view(definition: &Definition, changes: &Changes<'_>) -> Vec<Hazard> {
    let Some(before) = changes.from.definitions.get(&definition.reference()) else {
        return Vec::new();
    };
    let options = [
        ("security_invoker", Exposure::OwnersRights),
        ("security_barrier", Exposure::NoBarrier),
    ];
    let gone = options
        .into_iter()
        .filter(|(option, _)| is_on(before, option) && !is_on(definition, option));
    gone.map(|(_, exposure)| Hazard::new(Effect::ExposesRows(exposure), definition.reference()))
        .collect()
}

/// Whether a view has an option: `WITH (security_invoker='true') AS`.
fn is_on(view: &Definition, option: &str) -> bool {
    let options = view.text.split("AS\n").next().unwrap_or_default();
    let value = options
        .split_once(&format!("{option}="))
        .map(|(_, rest)| rest);
    let value = value.and_then(|rest| rest.trim_start_matches('\'').split(['\'', ',', ')']).next());
    value.is_some_and(|value| !["false", "off", "no", "0"].contains(&value))
}

/// What the making of a materialized view, perhaps for the second time, means to who reads it.
fn of_materialized(definition: &Definition, changes: &Changes<'_>) -> Option<Hazard> {
    let reference = definition.reference();
    let was_there = changes.from.definitions.contains_key(&reference);
    if definition.filled.0 {
        let computed = Hazard::new(Effect::TableScan, reference);
        return was_there.then(|| computed.locking(LockMode::AccessExclusive));
    }
    let should_be_filled = changes.to.definitions.get(&reference);
    let should_be_filled = should_be_filled.is_some_and(|it| it.filled.0);
    (was_there || should_be_filled).then(|| breaks(Break::NotFilled, reference))
}

pub(super) fn of_table(
    table: &QualifiedName,
    change: &TableAction,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    match change {
        TableAction::EnableRowSecurity(enabled) => {
            row_security(SecuredRole::Others, table, *enabled)
        }
        TableAction::ForceRowSecurity(forced) => row_security(SecuredRole::Owners, table, *forced),
        TableAction::AddNotNull { column, constraint } if constraint.validated => {
            column::set_not_null(&ColumnRef::new(table, column), changes)
        }
        TableAction::AddNotNull { .. }
        | TableAction::RenameConstraint { .. }
        | TableAction::SetConstraintInherit { .. }
        | TableAction::Attach(_)
        | TableAction::Detach { .. }
        | TableAction::Inherit(_)
        | TableAction::NoInherit(_)
        | TableAction::Of(_)
        | TableAction::NotOf
        | TableAction::SetReplicaIdentity(_)
        | TableAction::AttachIndex { .. }
        | TableAction::ClusterOn(_)
        | TableAction::SetColumnOptions { .. }
        | TableAction::SetIndexStatistics { .. } => Vec::new(),
    }
}

fn row_security(whom: SecuredRole, table: &QualifiedName, enabled: bool) -> Vec<Hazard> {
    let effect = if enabled {
        Effect::BreaksRunningCode(Break::RowSecurity(whom))
    } else {
        Effect::ExposesRows(Exposure::NoRowSecurity(whom))
    };
    vec![Hazard::new(effect, ObjectRef::Table(table.clone()))]
}

pub(super) fn of_domain(
    name: &QualifiedName,
    change: &DomainAction,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let fails = |failure| vec![fails(failure, ObjectRef::Type(name.clone()))];
    match change {
        DomainAction::AddCheck(check) if check.validated => {
            let check = check.name.clone();
            fails(Failure::NotAllowed { check })
        }
        DomainAction::SetNotNull(true) | DomainAction::AddNotNull(_) => fails(Failure::IsNull),
        DomainAction::SetDefault(None) => unfilled(name, changes),
        DomainAction::AddCheck(_)
        | DomainAction::SetNotNull(false)
        | DomainAction::RenameNotNull { .. }
        | DomainAction::Create(_)
        | DomainAction::Drop
        | DomainAction::SetDefault(Some(_))
        | DomainAction::ValidateCheck(_)
        | DomainAction::DropCheck(_)
        | DomainAction::CommentOnCheck { .. } => Vec::new(),
    }
}

/// The columns that lose the default of their domain.
fn unfilled(name: &QualifiedName, changes: &Changes<'_>) -> Vec<Hazard> {
    let columns = |table: &Table| {
        let columns = table.columns.iter();
        let columns = columns.filter(|it| it.data_type.is_of(name) && !it.data_type.array);
        let columns = columns.map(|it| ColumnRef::new(&table.name, &it.name));
        columns.collect::<Vec<_>>()
    };
    let columns = changes.from.tables.values().flat_map(columns);
    columns
        .flat_map(|it| column::default_dropped(&it, changes))
        .collect()
}
