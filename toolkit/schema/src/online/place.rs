//! In which phase each step is done. No I/O here.

use std::collections::BTreeSet;

use super::{
    PhaseKind,
    form::{Form, dropped, made},
};
use crate::plan::{Action, Plan, Step};

/// The phase of each step: of its last statement that others wait for. A step whose form fits into no
/// phase behind what it needs is done as the plan has it. None where even that fits nowhere.
pub(super) fn places(
    plan: &Plan,
    after: &[BTreeSet<usize>],
    forms: &mut [Form],
) -> Option<Vec<PhaseKind>> {
    loop {
        match settled(plan, after, forms) {
            Ok(places) => return Some(places),
            Err(place) if forms[place] == Form::Early => return None,
            Err(place) => {
                if matches!(forms[place], Form::Renamed | Form::Concurrently) {
                    let beside = forms.iter_mut().filter(|form| **form == Form::Renamed);
                    beside.for_each(|form| *form = Form::Early);
                }
                forms[place] = Form::Early;
            }
        }
    }
}

/// The phases, or the step that fits nowhere.
fn settled(
    plan: &Plan,
    after: &[BTreeSet<usize>],
    forms: &[Form],
) -> Result<Vec<PhaseKind>, usize> {
    let has_values = forms.contains(&Form::Value);
    let mut places: Vec<PhaseKind> = forms
        .iter()
        .zip(&plan.steps)
        .map(|(form, step)| first(*form, step, has_values))
        .collect();
    let twins = twins(plan);
    loop {
        let before = places.clone();
        for place in 0..places.len() {
            let needed = after[place].iter().map(|it| before[*it]).max();
            let needed = needed.unwrap_or(PhaseKind::Values).max(places[place]);
            places[place] = next(forms[place], needed).ok_or(place)?;
        }
        for (dropped, made) in &twins {
            places[*dropped] = places[*dropped].max(places[*made]);
        }
        if places == before {
            break;
        }
    }
    // The index of a key is built before what the key itself waits for.
    let early = |it: &&usize| forms[**it] == Form::Narrowed || places[**it] < PhaseKind::Index;
    let is_late = |place: &usize| {
        matches!(forms[*place], Form::UsingIndex | Form::InParts)
            && after[*place].iter().filter(early).count() < after[*place].len()
    };
    match (0..places.len()).find(is_late) {
        Some(place) => Err(place),
        None => Ok(places),
    }
}

/// The first phase that a form may have.
fn first(form: Form, step: &Step, has_values: bool) -> PhaseKind {
    match form {
        Form::Value => PhaseKind::Values,
        Form::Early if has_values && matches!(step.action, Action::Rename(_)) => PhaseKind::Values,
        Form::Early | Form::Validated | Form::Renamed => PhaseKind::Expand,
        Form::Concurrently | Form::DroppedConcurrently { early: true } => PhaseKind::Index,
        Form::UsingIndex | Form::InParts => PhaseKind::Attach,
        Form::Narrowed | Form::Late => PhaseKind::Contract,
        Form::DroppedConcurrently { early: false } => PhaseKind::Clean,
    }
}

/// The first phase from `needed` on that takes a step of the form.
fn next(form: Form, needed: PhaseKind) -> Option<PhaseKind> {
    let allowed: &[PhaseKind] = match form {
        Form::Value => &[PhaseKind::Values],
        Form::Early => &[
            PhaseKind::Values,
            PhaseKind::Expand,
            PhaseKind::Attach,
            PhaseKind::Contract,
        ],
        Form::Validated => &[PhaseKind::Expand, PhaseKind::Attach],
        Form::Renamed => &[PhaseKind::Expand],
        Form::Concurrently | Form::DroppedConcurrently { early: true } => &[PhaseKind::Index],
        Form::InParts => &[PhaseKind::Attach],
        Form::UsingIndex => &[PhaseKind::Attach, PhaseKind::Contract],
        Form::Late | Form::Narrowed => &[PhaseKind::Contract],
        Form::DroppedConcurrently { early: false } => &[PhaseKind::Clean],
    };
    allowed.iter().copied().find(|phase| *phase >= needed)
}

/// What is dropped and made again: nobody may find it gone in between.
fn twins(plan: &Plan) -> Vec<(usize, usize)> {
    let mut twins = Vec::new();
    for (place, step) in plan.steps.iter().enumerate() {
        let Some(gone) = dropped(&step.action) else {
            continue;
        };
        let again = |step: &Step| made(&step.action).as_ref() == Some(&gone);
        if let Some(twin) = plan.steps.iter().position(again) {
            twins.push((place, twin));
        }
    }
    twins
}
