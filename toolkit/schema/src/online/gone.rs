//! Columns that go after others took their place. No I/O here.
//!
//! First what they have goes, then they themselves: so on the way back they come as new ones do, are filled beside
//! those who write, and then get what they had.

use std::collections::BTreeSet;

use super::{
    Phase, PhaseKind,
    kept::{GOES, add_types, each, filled_by_trigger, filling},
    split,
};
use crate::{
    Result,
    catalog::{Catalog, ColumnRef},
    diff::diff,
    plan::{Plan, Twins, TwinsStep},
};

/// The phases in which the old columns go, from where `both` are.
pub(super) fn phases(twins: &[Twins], both: &Catalog, to: &Catalog) -> Result<Vec<Phase>> {
    let kept: BTreeSet<ColumnRef> = twins.iter().flat_map(|it| [it.from(), it.to()]).collect();
    let bare = with_bare(twins, both, to);
    let mut phases = after_rollout(split(&diff(both, &bare, &[])?, &kept)?);
    phases.extend(twins.iter().map(refill));
    let last = split(&diff(&bare, to, &[])?, &kept)?;
    phases.extend(contracted(last, twins));
    Ok(phases)
}

/// `to` with the old columns, which have nothing.
fn with_bare(twins: &[Twins], both: &Catalog, to: &Catalog) -> Catalog {
    let mut catalog = to.clone();
    for twins in twins {
        let column = both.column(&twins.from());
        let (Some(column), Some(table)) = (column, catalog.tables.get_mut(&twins.table)) else {
            continue;
        };
        table.columns.push(filled_by_trigger(column));
        add_types(&mut catalog, both, |name| column.data_type.is_of(name));
    }
    catalog
}

/// What is quick or builds nothing waits until old code is gone, too: it is about what that code uses.
fn after_rollout(phases: Vec<Phase>) -> Vec<Phase> {
    let mut all: Vec<Phase> = Vec::new();
    for mut phase in phases {
        if !phase.kind.is_after_rollout() {
            phase.kind = if phase.kind.is_outside_transaction() {
                PhaseKind::Clean
            } else {
                PhaseKind::Contract
            };
        }
        match all.last_mut() {
            Some(last) if last.kind == phase.kind && !phase.kind.is_outside_transaction() => {
                last.plan.steps.extend(phase.plan.steps);
            }
            Some(_) | None => all.push(phase),
        }
    }
    all
}

/// Nothing on the way there.
fn refill(twins: &Twins) -> Phase {
    Phase {
        kind: PhaseKind::Refill,
        plan: Plan {
            steps: Vec::new(),
            unmanaged: Vec::new(),
        },
        back: Some(filling(twins, TwinsStep::FillBack)),
    }
}

/// The phases in which the old columns go: before them what kept them.
fn contracted(mut phases: Vec<Phase>, twins: &[Twins]) -> Vec<Phase> {
    let contract = phases
        .iter_mut()
        .find(|phase| phase.kind == PhaseKind::Contract);
    if let Some(phase) = contract {
        phase.plan.steps.splice(0..0, each(twins, GOES));
    }
    phases
}
