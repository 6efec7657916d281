//! The way back to where two columns were kept equal. No I/O here.

use super::{
    Phase,
    twins::{add_types, filled_by_trigger, step},
};
use crate::{
    Result,
    catalog::Catalog,
    diff::diff,
    plan::{Action, OnlineAction, Plan, Step, Twins, TwinsStep, plan},
};

/// The plan from `after` back to `before`, if `phase` drops columns whose values others have: they come again,
/// get these values, and then what they had.
///
/// # Errors
/// As [`crate::plan::plan`].
pub fn fill_back(phase: &Phase, before: &Catalog, after: &Catalog) -> Result<Option<Plan>> {
    let dropped = phase.plan.steps.iter().filter_map(kept_until_here);
    let is_gone = |twins: &&Twins| after.column(&twins.from()).is_none();
    let kept: Vec<&Twins> = dropped.filter(is_gone).collect();
    if kept.is_empty() {
        return Ok(None);
    }
    let mut filled = after.clone();
    for twins in &kept {
        let column = before.column(&twins.from());
        if let (Some(column), Some(table)) = (column, filled.tables.get_mut(&twins.table)) {
            table.columns.push(filled_by_trigger(column));
            add_types(&mut filled, before, |name| column.data_type.is_of(name));
        }
    }
    let mut back = plan(&diff(after, &filled, &[])?)?;
    let fill = |twins: &&Twins| step(twins, TwinsStep::FillBack, Vec::new());
    back.steps.extend(kept.iter().map(fill));
    let rest = plan(&diff(&filled, before, &[])?)?;
    back.steps.extend(rest.steps);
    back.unmanaged = rest.unmanaged;
    Ok(Some(back))
}

/// The columns that a step no longer keeps equal.
fn kept_until_here(step: &Step) -> Option<&Twins> {
    let Action::Online(action) = &step.action else {
        return None;
    };
    match action.as_ref() {
        OnlineAction::Twins {
            twins,
            step: TwinsStep::DropTrigger,
        } => Some(twins),
        OnlineAction::Twins { .. }
        | OnlineAction::CreateIndex { .. }
        | OnlineAction::DropIndex { .. }
        | OnlineAction::AddKey { .. } => None,
    }
}
