//! The order of steps in the file: the plan's, but with a new table's own indexes and comments
//! right behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::topic::table_of;
use crate::{
    catalog::QualifiedName,
    plan::{Action, Plan, Step},
};

/// The tables that `plan` creates.
pub(super) fn created(plan: &Plan) -> BTreeSet<&QualifiedName> {
    let created = plan.steps.iter().filter_map(|step| {
        if let Action::CreateTable(new) = &step.action {
            Some(&new.table.name)
        } else {
            None
        }
    });
    created.collect()
}

/// The steps of `plan`, each run of steps on new tables sorted by table.
pub(super) fn steps<'p>(plan: &'p Plan, created: &BTreeSet<&'p QualifiedName>) -> Vec<&'p Step> {
    let mut steps = Vec::with_capacity(plan.steps.len());
    let mut run: Vec<(&QualifiedName, &Step)> = Vec::new();
    for step in &plan.steps {
        if let Some(table) = new_table(&step.action).filter(|table| created.contains(table)) {
            run.push((table, step));
        } else {
            steps.extend(by_table(std::mem::take(&mut run)));
            steps.push(step);
        }
    }
    steps.extend(by_table(run));
    steps
}

/// Sorts by table, in the order in which the tables come first. Such steps need nothing of each
/// other but what their own table's earlier ones made and what `CREATE TABLE` refers to.
fn by_table<'p>(run: Vec<(&'p QualifiedName, &'p Step)>) -> Vec<&'p Step> {
    let mut places = BTreeMap::new();
    for (table, _) in &run {
        let next = places.len();
        places.entry(*table).or_insert(next);
    }
    let mut run: Vec<_> = run
        .into_iter()
        .map(|(table, step)| (places.get(table).copied(), step))
        .collect();
    run.sort_by_key(|(place, _)| *place);
    run.into_iter().map(|(_, step)| step).collect()
}

/// The table of a step that touches nothing beside that table.
fn new_table(action: &Action) -> Option<&QualifiedName> {
    match action {
        Action::CreateTable(new) => Some(&new.table.name),
        Action::CreateIndex { table, .. } => Some(table),
        Action::SetStorage { column, .. }
        | Action::SetCompression { column, .. }
        | Action::SetStatistics { column, .. } => Some(&column.table),
        Action::Comment { target, .. } => table_of(target),
        Action::AddConstraint { table, constraint } if constraint.foreign_key().is_none() => {
            Some(table)
        }
        Action::AddConstraint { .. }
        | Action::Rename(_)
        | Action::CreateSchema(_)
        | Action::DropSchema(_)
        | Action::CreateEnum(_)
        | Action::AddEnumValue { .. }
        | Action::SetAsideType { .. }
        | Action::SetAside { .. }
        | Action::CarryPosition { .. }
        | Action::DropType(_)
        | Action::CreateSequence(_)
        | Action::AlterSequence(_)
        | Action::SetSequenceOwner { .. }
        | Action::RenameSequence { .. }
        | Action::DropSequence(_)
        | Action::DropTable(_)
        | Action::SetPersistence { .. }
        | Action::SetAccessMethod { .. }
        | Action::SetTableOptions { .. }
        | Action::AddColumn { .. }
        | Action::DropColumn(_)
        | Action::SetType { .. }
        | Action::SetDefault { .. }
        | Action::DropDefault(_)
        | Action::DropExpression(_)
        | Action::SetNotNull(_)
        | Action::DropNotNull(_)
        | Action::AddIdentity { .. }
        | Action::AlterIdentity { .. }
        | Action::DropIdentity(_)
        | Action::AlterConstraint { .. }
        | Action::ValidateConstraint { .. }
        | Action::DropConstraint { .. }
        | Action::SetIndexOptions { .. }
        | Action::DropIndex { .. }
        | Action::Table { .. }
        | Action::Domain { .. }
        | Action::Composite { .. }
        | Action::Definition(_)
        | Action::SetOwner { .. }
        | Action::Online(_)
        | Action::Privileges(_)
        | Action::SkipBodyChecks => None,
    }
}
