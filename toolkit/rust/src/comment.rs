//! What stands above a statement: where data is lost, and where a person must look.

use std::collections::BTreeSet;

use toolkit_text::{harmless, harmless_line};

use super::{
    layout::{MAX_WIDTH, new_line, width},
    names::Names,
};
use crate::{
    catalog::ColumnRef,
    identifier::quote_identifier,
    plan::{Action, Hazard, HazardKind, Plan, Step},
};

/// The columns that `plan` adds nullable although they end up `NOT NULL`: rows need a value first.
pub(super) fn filled_by_hand(plan: &Plan) -> BTreeSet<ColumnRef> {
    let mut added = BTreeSet::new();
    let mut required = BTreeSet::new();
    for step in &plan.steps {
        if let Action::AddColumn { table, column } = &step.action {
            added.insert(ColumnRef::new(table, &column.column.name));
        } else if let Action::SetNotNull(column) = &step.action
            && added.contains(column)
        {
            required.insert(column.clone());
        }
    }
    required
}

/// The comments above `step`, each a sentence or two.
pub(super) fn comments(
    step: &Step,
    filled_by_hand: &BTreeSet<ColumnRef>,
    names: &Names<'_>,
) -> Vec<String> {
    let Step {
        action,
        hazards,
        outside_transaction: _,
    } = step;
    if let Action::SetNotNull(column) = action
        && filled_by_hand.contains(column)
    {
        return vec![fill(column, names)];
    }
    let of_values = matches!(
        action,
        Action::SetNotNull(_)
            | Action::SetType { .. }
            | Action::SetAsideType { .. }
            | Action::ValidateConstraint { .. }
            | Action::Online(_)
    );
    hazards
        .iter()
        .filter_map(|hazard| sentence(hazard, of_values, names))
        .collect()
}

fn fill(column: &ColumnRef, names: &Names<'_>) -> String {
    let (table, name) = (
        names.in_sql(&column.table),
        quote_identifier(&column.column),
    );
    format!(
        "TODO: {table}.{name} is new and has no default: fill it here for the rows that are there, or \
         the next statement fails. An empty table needs nothing.\n    \
         UPDATE {table} SET {name} = … WHERE {name} IS NULL"
    )
}

fn sentence(hazard: &Hazard, of_values: bool, names: &Names<'_>) -> Option<String> {
    let Hazard {
        kind,
        lock: _,
        reason,
    } = hazard;
    let reason = without_schema(reason, names.schema);
    match kind {
        HazardKind::DataLoss => Some(format!("Loses data: {}.", lost(&reason))),
        HazardKind::Blocked => Some(format!("Fails as long as {reason}.")),
        HazardKind::ExposesRows => Some(format!("Exposes rows: {reason}.")),
        HazardKind::LeavesStale => Some(format!("Not made again: {reason}.")),
        HazardKind::FailsOnRows if of_values => Some(format!("{}.", capitalized(failure(&reason)))),
        HazardKind::FailsOnRows
        | HazardKind::TableRewrite
        | HazardKind::TableScan
        | HazardKind::IndexBuild
        | HazardKind::BreaksRunningCode => None,
    }
}

/// When it fails, without what it does while it does not.
fn failure(reason: &str) -> &str {
    reason
        .find("fails")
        .map_or(reason, |start| &reason[start..])
}

/// What is lost, without saying so again.
fn lost(reason: &str) -> &str {
    let what = reason.strip_suffix(" are lost");
    what.or_else(|| reason.strip_suffix(" is lost"))
        .unwrap_or(reason)
}

/// `reason` with the service's own objects by their bare names, as in the code below it.
fn without_schema(reason: &str, schema: &str) -> String {
    let prefix = format!("{schema}.");
    let words = reason.replace('\n', " ");
    let words = words
        .split(' ')
        .map(|word| word.strip_prefix(&prefix).unwrap_or(word));
    words.collect::<Vec<_>>().join(" ")
}

pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `comment` above a statement: its first line wrapped, lines of code below it as they are.
pub(super) fn lines(comment: &str, indent: usize) -> String {
    let (text, code) = comment.split_once('\n').unwrap_or((comment, ""));
    let code = code
        .lines()
        .map(|line| format!("{}// {}", new_line(indent), harmless_line(line)));
    wrapped(text, "//", indent) + &code.collect::<String>()
}

/// `text` in lines that start with `sign`.
pub(super) fn wrapped(text: &str, sign: &str, indent: usize) -> String {
    let mut lines = sign.to_owned();
    let mut column = indent + width(sign);
    let text = harmless(text);
    for word in text.split_whitespace() {
        if column + 1 + width(word) > MAX_WIDTH {
            lines.push_str(&new_line(indent));
            lines.push_str(sign);
            column = indent + width(sign);
        }
        lines.push(' ');
        lines.push_str(word);
        column += 1 + width(word);
    }
    lines
}
