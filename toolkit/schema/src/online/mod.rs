//! A plan in phases between which old and new code run beside each other: what is added comes before
//! the rollout, what is read or built as a whole is done beside the others, what is taken away comes
//! after it. No I/O here.
//!
//! A plan whose steps all are quick and additive is one phase. What has no steps that spare others stays
//! as it is in the plan, and says so.

mod form;
mod free;
mod gone;
mod kept;
mod parts;
mod pieces;
mod place;
mod switch;
mod twins;

use std::collections::BTreeSet;

use crate::{
    Result,
    catalog::{Catalog, ColumnRef},
    diff::{Changes, diff},
    plan::{Action, Ordered, Plan, Step, ordered, plan},
};

/// The phases, in the order in which they are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseKind {
    /// New values of enums, which no statement of the same transaction may use.
    /// <https://www.postgresql.org/docs/current/sql-altertype.html#id-1.9.3.42.7>
    Values,
    /// What is added, and constraints that look at new rows only.
    Expand,
    /// Columns that take the place of others are filled, each outside a transaction.
    Backfill,
    /// Indexes, each outside a transaction.
    Index,
    /// What needs these indexes.
    Attach,
    /// Constraints look at the rows that are there.
    Validate,
    /// Columns that were filled beside others take their names: old code stops, new code starts.
    Switch,
    /// After the rollout: checks that no row holds a null, of new rows only.
    Narrow,
    /// Those checks look at the rows that are there.
    ValidateNarrow,
    /// What old code needs goes.
    Contract,
    /// Indexes that old code used go, each outside a transaction.
    Clean,
    /// On the way back: columns that go are filled again, each outside a transaction.
    Refill,
}

impl PhaseKind {
    /// Whether old code must be gone.
    pub fn is_after_rollout(self) -> bool {
        match self {
            Self::Values
            | Self::Expand
            | Self::Backfill
            | Self::Index
            | Self::Attach
            | Self::Validate => false,
            Self::Switch
            | Self::Narrow
            | Self::ValidateNarrow
            | Self::Contract
            | Self::Clean
            | Self::Refill => true,
        }
    }

    /// Whether its statements are migrations of their own, outside a transaction.
    pub fn is_outside_transaction(self) -> bool {
        match self {
            Self::Backfill | Self::Index | Self::Clean | Self::Refill => true,
            Self::Values
            | Self::Expand
            | Self::Attach
            | Self::Validate
            | Self::Switch
            | Self::Narrow
            | Self::ValidateNarrow
            | Self::Contract => false,
        }
    }

    /// What is added to a migration's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Index => "index",
            Self::Attach => "attach",
            Self::Validate => "validate",
            Self::Switch => "switch",
            Self::Narrow => "narrow",
            Self::ValidateNarrow => "validate_narrow",
            Self::Contract => "contract",
            Self::Clean => "clean",
            Self::Refill => "refill",
        }
    }

    /// Whether what was cut off can be begun again as it is: what is filled is not filled again.
    pub fn is_resumable(self) -> bool {
        match self {
            Self::Backfill | Self::Refill => true,
            Self::Values
            | Self::Expand
            | Self::Index
            | Self::Attach
            | Self::Validate
            | Self::Switch
            | Self::Narrow
            | Self::ValidateNarrow
            | Self::Contract
            | Self::Clean => false,
        }
    }
}

/// One migration of an online plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// When it is run.
    pub kind: PhaseKind,
    /// What it does.
    pub plan: Plan,
    /// The way back, where it is more than what its ends differ in.
    pub back: Option<Plan>,
}

impl Phase {
    /// One whose way back is what its ends differ in.
    fn new(kind: PhaseKind, plan: Plan) -> Self {
        Self {
            kind,
            plan,
            back: None,
        }
    }
}

/// Splits what the plan of `changes` does into phases; each is a migration.
///
/// ```
/// use toolkit_schema::{catalog::Catalog, diff::diff, online::phases};
///
/// let (from, to) = (Catalog::default(), Catalog::default());
/// assert!(phases(&diff(&from, &to, &[])?)?.is_empty());
/// # Ok::<(), toolkit_schema::Error>(())
/// ```
///
/// # Errors
/// As [`crate::plan::plan`].
pub fn phases(changes: &Changes<'_>) -> Result<Vec<Phase>> {
    if let Some(phases) = twins::phases(changes)? {
        return Ok(phases);
    }
    match switch::phases(changes)? {
        Some(phases) => Ok(phases),
        None => split(changes, &BTreeSet::new()),
    }
}

/// The phases of changes in which no column takes the place of another; `twins` are those that are kept
/// equal until the last of them.
fn split(changes: &Changes<'_>, twins: &BTreeSet<ColumnRef>) -> Result<Vec<Phase>> {
    let Ordered { plan, after } = ordered(changes)?;
    if let Some(with_values) = with_values(&plan, changes) {
        return values_first(&plan, &with_values, changes);
    }
    let mut forms = form::forms(&plan, &after, changes, twins);
    let Some(places) = place::places(&plan, &after, &mut forms) else {
        return Ok(plain(plan));
    };
    Ok(pieces::phases(&plan, &forms, &places, changes, twins))
}

/// What is, with the new values of those enums that the plan would make anew, because it uses the values
/// and one transaction cannot do both. None where no enum only gets values.
fn with_values(plan: &Plan, changes: &Changes<'_>) -> Option<Catalog> {
    let mut with_values = changes.from.clone().into_owned();
    let mut found = false;
    for step in &plan.steps {
        let Action::SetAsideType { name, aside: _ } = &step.action else {
            continue;
        };
        let (Some(from), Some(to)) = (with_values.enums.get_mut(name), changes.to.enums.get(name))
        else {
            continue;
        };
        let mut after = to.values.iter();
        if from.values.iter().all(|value| after.any(|it| it == value)) {
            from.values.clone_from(&to.values);
            found = true;
        }
    }
    found.then_some(with_values)
}

/// The values in a phase of their own, and behind it what is left then.
fn values_first(plan: &Plan, with_values: &Catalog, changes: &Changes<'_>) -> Result<Vec<Phase>> {
    let is_rename = |step: &&Step| matches!(step.action, Action::Rename(_));
    let mut values = self::plan(&diff(&changes.from, with_values, &[])?)?;
    let renames = plan.steps.iter().filter(is_rename).cloned();
    values.steps.splice(0..0, renames);
    let mut all = vec![Phase::new(PhaseKind::Values, values)];
    all.extend(phases(&diff(with_values, changes.to, &[])?)?);
    Ok(all)
}

/// One phase with the plan as it is.
fn plain(plan: Plan) -> Vec<Phase> {
    if plan.is_empty() {
        return Vec::new();
    }
    vec![Phase::new(PhaseKind::Expand, plan)]
}
