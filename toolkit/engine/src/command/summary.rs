//! A comparison as a person reads it.

use anstyle::{AnsiColor, Style};
use toolkit_runtime::Context;
use toolkit_text::{harmless, harmless_line};

use crate::{
    catalog::ColumnRef,
    compare::{Comparison, rename_option, unfilled},
    desired::LeftOpen,
    diff::{Rename, likeliest},
    plan::{Action, Effect, Failure, Hazard, HazardKind, LockMode, Plan, Verb},
    render::sql::{Names, statement},
};

const ADDED: Style = AnsiColor::Green.on_default();
const DROPPED: Style = AnsiColor::Red.on_default();
const ALTERED: Style = AnsiColor::Yellow.on_default();

/// One line a step, with a sign and what a person should know under it.
pub(crate) fn steps(plan: &Plan, schema: &str) -> Vec<String> {
    let names = Names::within(schema);
    let mut lines = Vec::new();
    for step in &plan.steps {
        let (sign, style) = sign(&step.action);
        let sql = statement(&step.action, &names);
        lines.push(format!(
            "  {style}{sign} {}{style:#}",
            harmless(&sql).replace('\n', "\n    ")
        ));
        lines.extend(
            step.hazards
                .iter()
                .map(|hazard| format!("      {}", harmless_line(&told(hazard)))),
        );
        if step.outside_transaction {
            lines.push("      runs outside a transaction".to_owned());
        }
    }
    lines
}

fn told(hazard: &Hazard) -> String {
    let kind = match hazard.kind() {
        HazardKind::DataLoss => "LOSES DATA",
        HazardKind::FailsOnRows if is_certain(hazard) => "WILL FAIL",
        HazardKind::FailsOnRows => "may fail",
        HazardKind::TableRewrite => "rewrites",
        HazardKind::TableScan => "scans",
        HazardKind::IndexBuild => "builds",
        HazardKind::BreaksRunningCode => "breaks running code",
        HazardKind::ExposesRows => "exposes rows",
        HazardKind::LeavesStale => "leaves stale",
        HazardKind::Blocked => "blocked",
    };
    let lock = match hazard.lock {
        None => "",
        Some(LockMode::Share) => " (stops writes)",
        Some(LockMode::ShareRowExclusive) => " (stops writes to both tables)",
        Some(LockMode::AccessExclusive) => " (stops everything)",
    };
    format!("{kind}: {hazard}{lock}")
}

/// Whether it fails on each row, whatever that holds.
fn is_certain(hazard: &Hazard) -> bool {
    matches!(hazard.effect, Effect::FailsOnRows(Failure::Unfilled))
}

fn sign(action: &Action) -> (char, Style) {
    match action.effect().map(|(verb, _)| verb) {
        Some(Verb::Create | Verb::Extend) => ('+', ADDED),
        Some(Verb::Drop | Verb::Reduce) => ('-', DROPPED),
        Some(Verb::Alter | Verb::Rename) | None => ('~', ALTERED),
    }
}

/// What exists, is kept, and how to have it dropped.
pub(crate) fn kept(comparison: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    if !comparison.kept.is_empty() {
        lines.push(
            "kept, though no entity or declaration says so (to drop one, pass --drop NAME):"
                .to_owned(),
        );
        lines.extend(comparison.kept.iter().map(|kept| format!("  {kept}")));
    }
    if !comparison.unmanaged.is_empty() {
        lines.push("kept, of kinds that are not compared:".to_owned());
        let unmanaged = comparison.unmanaged.iter();
        lines.extend(unmanaged.map(|object| format!("  {object}")));
    }
    lines
}

/// What the entities leave open and is kept.
pub(crate) fn left_open(comparison: &Comparison) -> Vec<String> {
    let left = comparison.left_open.iter();
    left.map(LeftOpen::to_string).collect()
}

/// Says how much the entities leave open, and to whom asks for it what.
pub(crate) fn show_left_open(context: &Context, comparison: &Comparison) {
    let left = left_open(comparison);
    if left.is_empty() {
        return;
    }
    let things = if left.len() == 1 {
        "1 thing that the entities leave open stays as it is".to_owned()
    } else {
        format!(
            "{} things that the entities leave open stay as they are",
            left.len()
        )
    };
    context.printer.note(&format!(
        "{things} (-v lists them; to drop one, pass --drop NAME)"
    ));
    let lines = left.iter().map(|line| format!("  {}", harmless_line(line)));
    lines.for_each(|line| context.printer.detail(&line));
}

/// Renames that nobody asked for.
pub(crate) fn identical(renames: &[Rename]) -> Vec<String> {
    let told = |rename| {
        let names = rename_option(rename);
        format!("renamed, not made anew, for only the name differs: {names}")
    };
    renames.iter().map(told).collect()
}

/// Renames that a person may mean, with the option that says so.
pub(crate) fn proposals(comparison: &Comparison) -> Vec<String> {
    let told = |proposal: &crate::diff::Proposal| {
        format!(
            "if it is a rename ({}), pass --rename {}",
            proposal.reason,
            rename_option(&proposal.rename)
        )
    };
    let likeliest = likeliest(&comparison.proposals).into_iter();
    likeliest.map(told).collect()
}

/// New columns that are given no value and must not be null, and what can be done about them.
pub(crate) fn to_fill(comparison: &Comparison) -> Vec<String> {
    let told = |column: &ColumnRef| {
        let name = format!("{}.{}", column.table.name, column.column);
        format!(
            "{name} is new, must not be null and has no default: this WILL FAIL where {} has rows. Pass --fill \
             {name}=VALUE (SQL), give it a default in the entity, go there in steps with --online, or fill it where the \
             migration says TODO",
            column.table.name
        )
    };
    unfilled(&comparison.up).iter().map(told).collect()
}
