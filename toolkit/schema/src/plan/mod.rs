//! Changes → ordered steps: what each needs, what must be dropped and made again around it, and
//! what it may do to a running system. No I/O and no SQL text here beyond what the catalog holds.

mod casts;
mod circle;
mod closure;
mod draft;
mod drafts;
mod facts;
mod fill;
mod graph;
mod hazard;
mod rank;
mod rebuilt;
mod refuse;
mod renames;
mod step;

pub use casts::Conversion;
pub(crate) use hazard::fails;
pub use step::{
    Action, Break, Cause, CompositeAction, DefinitionAction, DomainAction, Effect, Exposure,
    Failure, GrantKind, Hazard, HazardKind, HazardNote, HazardWords, LockMode, Loss, NewColumn,
    NewTable, Obstacle, OnlineAction, PolicyChange, PrivilegeAction, PrivilegeTarget, Rewrite,
    RowEvent, SecuredRole, Stale, Step, TableAction, Twins, TwinsStep, ValuePosition, Verb,
};

use std::collections::BTreeSet;

use crate::{
    Result,
    catalog::{Catalog, Unmanaged},
    diff::{Changes, Rename, diff},
};
use draft::Draft;

/// Steps in an order that works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The steps, to be run from first to last.
    pub steps: Vec<Step>,
    /// What exists and is kept because the plan cannot change it.
    pub unmanaged: Vec<Unmanaged>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The renames among its steps.
    pub fn renames(&self) -> Vec<Rename> {
        let renames = self.steps.iter().filter_map(|step| {
            if let Action::Rename(rename) = &step.action {
                Some(rename.clone())
            } else {
                None
            }
        });
        renames.collect()
    }

    /// Whether a step must run outside a transaction.
    pub fn leaves_transaction(&self) -> bool {
        self.steps.iter().any(|step| step.outside_transaction)
    }
}

/// The plans from `from` to `to` and back.
///
/// # Errors
/// As [`plan`].
pub fn both_ways(from: &Catalog, to: &Catalog) -> Result<(Plan, Plan)> {
    Ok((plan(&diff(from, to, &[])?)?, plan(&diff(to, from, &[])?)?))
}

/// Orders `changes`. The way back is the plan of the changes the other way round.
///
/// ```
/// use toolkit_schema::{catalog::Catalog, diff::diff, plan::plan};
///
/// let (from, to) = (Catalog::default(), Catalog::default());
/// assert!(plan(&diff(&from, &to, &[])?)?.is_empty());
/// # Ok::<(), toolkit_schema::Error>(())
/// ```
///
/// # Errors
/// When the steps need each other in a circle, or when PostgreSQL refuses one whatever the order.
pub fn plan(changes: &Changes<'_>) -> Result<Plan> {
    Ok(ordered(changes)?.plan)
}

/// A plan with what holds its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ordered {
    /// The plan.
    pub plan: Plan,
    /// For each step those before it that it needs to be done.
    pub after: Vec<BTreeSet<usize>>,
}

/// [`plan`], with what holds its order.
///
/// # Errors
/// As [`plan`].
pub fn ordered(changes: &Changes<'_>) -> Result<Ordered> {
    if changes.is_empty() {
        return Ok(Ordered {
            plan: Plan {
                steps: Vec::new(),
                unmanaged: changes.from.unmanaged.clone(),
            },
            after: Vec::new(),
        });
    }
    let context = closure::close(changes);
    refuse::check(&context)?;
    let graph::Sorted {
        drafts,
        after,
        body_before_its_names,
    } = graph::sort(drafts::drafts(&context))?;
    let drafts = fill::leave_empty(&context, drafts);
    let may_be_refused = |draft: &Draft| {
        let made = draft.made_definition();
        made.is_some_and(|it| it.body.may_be_refused())
    };
    let skips = body_before_its_names || drafts.iter().any(may_be_refused);
    let skip = skips.then_some(Action::SkipBodyChecks);
    let renames = renames::actions(changes)?;
    let actions: Vec<_> = skip
        .into_iter()
        .chain(renames)
        .chain(drafts.into_iter().map(|draft| draft.action))
        .collect();
    let steps: Vec<Step> = actions
        .into_iter()
        .map(|action| {
            let outside_transaction = matches!(
                &action,
                Action::AddEnumValue { name, .. }
                    if rebuilt::comes_in_a_transaction_of_its_own(&context, name)
            );
            Step {
                outside_transaction,
                ..hazard::step(action, changes)
            }
        })
        .collect();
    // Those that stand before the sorted ones need nothing, and what they do is there for all.
    let ahead = steps.len() - after.len();
    let moved = |places: BTreeSet<usize>| places.into_iter().map(|it| it + ahead).collect();
    let after = after.into_iter().map(moved);
    Ok(Ordered {
        after: vec![BTreeSet::new(); ahead]
            .into_iter()
            .chain(after)
            .collect(),
        plan: Plan {
            steps,
            unmanaged: changes.from.unmanaged.clone(),
        },
    })
}
