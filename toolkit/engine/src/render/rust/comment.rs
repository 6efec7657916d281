//! What stands above a statement: where data is lost, and where a person must look.

use std::collections::BTreeSet;

use super::{layout::{MAX_WIDTH, new_line, width}, names::Names};
use crate::{
    catalog::ColumnRef,
    identifier::quote_identifier,
    plan::{Action, Hazard, HazardKind, Plan, Step},
};

/// The columns that `plan` adds nullable although they end up `NOT NULL`: rows need a value first.
pub(super) fn filled_by_hand(plan: &Plan) -> BTreeSet<ColumnRef> {
    let added = plan.steps.iter().filter_map(|step| match &step.action {
        Action::AddColumn { table, column } => Some(ColumnRef::new(table, &column.column.name)),
        _ => None,
    });
    let added: BTreeSet<_> = added.collect();
    let required = plan.steps.iter().filter_map(|step| match &step.action {
        Action::SetNotNull(column) if added.contains(column) => Some(column.clone()),
        _ => None,
    });
    required.collect()
}

/// The comments above `step`, each a sentence or two.
pub(super) fn comments(step: &Step, filled_by_hand: &BTreeSet<ColumnRef>, names: &Names<'_>) -> Vec<String> {
    let Step { action, hazards, outside_transaction: _ } = step;
    if let Action::SetNotNull(column) = action
        && filled_by_hand.contains(column)
    {
        return vec![fill(column, names)];
    }
    let of_values = matches!(action, Action::SetNotNull(_) | Action::SetType { .. } | Action::SetAsideEnum { .. });
    hazards.iter().filter_map(|hazard| sentence(hazard, of_values, names)).collect()
}

fn fill(column: &ColumnRef, names: &Names<'_>) -> String {
    let (table, name) = (names.in_sql(&column.table), quote_identifier(&column.column));
    format!(
        "TODO: {table} has no value for {name} in the rows that it holds, and the next statement fails \
         while one is null. Fill them here: UPDATE {table} SET {name} = … WHERE {name} IS NULL. \
         Without rows there is nothing to do."
    )
}

fn sentence(hazard: &Hazard, of_values: bool, names: &Names<'_>) -> Option<String> {
    let Hazard { kind, lock: _, reason } = hazard;
    let reason = without_schema(reason, names.schema);
    match kind {
        HazardKind::DataLoss => Some(format!("Loses data: {reason}.")),
        HazardKind::Blocked => Some(format!("Fails as long as {reason}.")),
        HazardKind::FailsOnRows if of_values => Some(format!("{}.", capitalized(&reason))),
        HazardKind::FailsOnRows
        | HazardKind::TableRewrite
        | HazardKind::TableScan
        | HazardKind::IndexBuild
        | HazardKind::BreaksRunningCode => None,
    }
}

/// `reason` with the service's own objects by their bare names, as in the code below it.
fn without_schema(reason: &str, schema: &str) -> String {
    let prefix = format!("{schema}.");
    let words = reason.replace('\n', " ");
    let words = words.split(' ').map(|word| word.strip_prefix(&prefix).unwrap_or(word));
    words.collect::<Vec<_>>().join(" ")
}

pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `text` in lines that start with `sign`.
pub(super) fn wrapped(text: &str, sign: &str, indent: usize) -> String {
    let mut lines = sign.to_owned();
    let mut column = indent + width(sign);
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
