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
    let words = hazard.within(names.schema);
    let sentence = match hazard.kind() {
        HazardKind::DataLoss => format!("Loses data: {}.", words.lost()?),
        HazardKind::Blocked => format!("Fails as long as {words}."),
        HazardKind::ExposesRows => format!("Exposes rows: {words}."),
        HazardKind::LeavesStale => format!("Not made again: {words}."),
        HazardKind::FailsOnRows if of_values => format!("{}.", capitalized(&words.effect())),
        HazardKind::FailsOnRows
        | HazardKind::TableRewrite
        | HazardKind::TableScan
        | HazardKind::IndexBuild
        | HazardKind::BreaksRunningCode => return None,
    };
    // What stands in further lines of a comment is code.
    Some(sentence.replace('\n', " "))
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
