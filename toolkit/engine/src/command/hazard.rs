//! Hazards as a program reads them. No I/O here.

use serde::Serialize;

use crate::{
    plan::{Cause, Hazard, LockMode, Plan},
    render::sql::{Names, statement},
};

/// A statement of a plan with what it may do.
#[derive(Serialize)]
pub(crate) struct StepDocument {
    statement: String,
    in_transaction: bool,
    hazards: Vec<HazardDocument>,
}

/// A hazard: what programs know its kind by, the objects, the lock, and the same in words.
#[derive(Serialize)]
pub(crate) struct HazardDocument {
    id: &'static str,
    object: String,
    by: Option<String>,
    lock: Option<&'static str>,
    words: String,
}

/// The steps of `plan` in order.
pub(crate) fn steps(plan: &Plan, names: &Names) -> Vec<StepDocument> {
    let steps = plan.steps.iter();
    steps
        .map(|step| StepDocument {
            statement: statement(&step.action, names),
            in_transaction: !step.outside_transaction,
            hazards: step.hazards.iter().map(document).collect(),
        })
        .collect()
}

/// The words of all hazards of `plan`.
pub(crate) fn words(plan: &Plan) -> Vec<String> {
    let hazards = plan.steps.iter().flat_map(|step| &step.hazards);
    hazards.map(ToString::to_string).collect()
}

/// One hazard.
pub(crate) fn document(hazard: &Hazard) -> HazardDocument {
    HazardDocument {
        id: hazard.kind().id(),
        object: hazard.object.to_string(),
        by: hazard.by.as_ref().map(|by| match by {
            Cause::Object(object) => object.to_string(),
            Cause::Outsider(name) => name.clone(),
        }),
        lock: hazard.lock.map(LockMode::id),
        words: hazard.to_string(),
    }
}
