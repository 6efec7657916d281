//! The body of `up` or `down`, in functions of its own where it is long.

use std::collections::BTreeSet;

use super::{
    code::{Code, Link},
    comment,
    layout::{MAX_WIDTH, Place, new_line, width, write},
    names::Names,
    order,
    statement::{Method, Statement, statements},
    topic::{self, topic},
};
use crate::plan::{Action, Plan};

/// The most lines that stand in one function.
const MAX_LINES: usize = 40;

/// Which way a migration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// One way of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// What stands in `up` or `down`, at two levels of indentation.
    pub(super) text: String,
    /// Functions that it calls.
    pub(super) functions: Vec<String>,
    /// All its statements.
    pub(super) statements: Vec<Statement>,
}

/// Writes `prepare` and `plan` down; `taken` are the names of functions that are there already.
pub(super) fn body(
    plan: &Plan,
    prepare: &[String],
    way: Way,
    taken: &mut BTreeSet<String>,
    names: &Names<'_>,
) -> Body {
    let mut statements: Vec<Statement> = prepare.iter().map(|sql| Statement::sql(sql)).collect();
    statements.extend(merged(plan, names));
    if line_count(&statements) <= MAX_LINES || statements.len() == 1 {
        let text = block(&statements, 8);
        return Body {
            text,
            functions: Vec::new(),
            statements,
        };
    }
    let groups = groups(&statements);
    let functions: Vec<_> = groups
        .iter()
        .map(|group| (function_name(group, way, taken), *group))
        .collect();
    let last = functions.len() - 1;
    let calls: Vec<_> = functions
        .iter()
        .enumerate()
        .map(|(number, (name, _))| {
            let end = if number == last { "" } else { "?;" };
            format!("        {name}(manager).await{end}")
        })
        .collect();
    let text = calls.join("\n");
    let functions = functions
        .iter()
        .map(|(name, group)| function(name, group))
        .collect();
    Body {
        text,
        functions,
        statements,
    }
}

/// The statements of `plan`, with the columns that are added to a table in one go in one statement.
fn merged(plan: &Plan, names: &Names<'_>) -> Vec<Statement> {
    let created = order::created(plan);
    let filled_by_hand = comment::filled_by_hand(plan);
    let mut merged: Vec<Statement> = Vec::new();
    let mut last: Option<&Action> = None;
    for step in order::steps(plan, &created) {
        let comments = comment::comments(step, &filled_by_hand, names);
        let topic = topic(&step.action, &created, names);
        let next = statements(&step.action, comments, &topic, names);
        match (merged.last_mut(), next.as_slice()) {
            (Some(before), [only]) if last.is_some_and(|last| go_together(last, &step.action)) => {
                if !join(before, only) {
                    merged.extend(next);
                }
            }
            _ => merged.extend(next),
        }
        last = Some(&step.action);
    }
    merged
}

fn go_together(first: &Action, second: &Action) -> bool {
    if let (
        Action::AddColumn { table, column: _ },
        Action::AddColumn {
            table: other,
            column,
        },
    ) = (first, second)
    {
        return table == other && column.column.generated.is_none();
    }
    if let (Action::DropColumn(column), Action::DropColumn(other)) = (first, second) {
        return column.table == other.table;
    }
    false
}

/// Joins two `Table::alter()` into the first.
fn join(first: &mut Statement, second: &Statement) -> bool {
    let (Code::Chain(_, links), Code::Chain(_, others)) = (&mut first.argument, &second.argument)
    else {
        return false;
    };
    let (Method::Manager("alter_table"), Method::Manager("alter_table")) =
        (first.method, second.method)
    else {
        return false;
    };
    let is_end = |link: &Link| matches!(link, Link::Method("to_owned", _));
    let is_table = |link: &Link| matches!(link, Link::Method("table", _));
    let options = others
        .iter()
        .filter(|link| !is_end(link) && !is_table(link))
        .cloned();
    let place = links.iter().position(is_end).unwrap_or(links.len());
    links.splice(place..place, options);
    first.comments.extend(second.comments.iter().cloned());
    true
}

/// Runs of statements on one topic, none longer than a function should be.
fn groups(statements: &[Statement]) -> Vec<&[Statement]> {
    let mut groups = Vec::new();
    for run in statements.chunk_by(|a, b| a.topic == b.topic) {
        let mut start = 0;
        for end in 1..=run.len() {
            let too_long = run
                .get(start..=end)
                .is_none_or(|group| line_count(group) > MAX_LINES);
            if too_long {
                groups.extend(run.get(start..end));
                start = end;
            }
        }
    }
    groups
}

fn line_count(statements: &[Statement]) -> usize {
    statements
        .iter()
        .map(|statement| self::statement(statement, 8, false).lines().count())
        .sum()
}

fn function_name(group: &[Statement], way: Way, taken: &mut BTreeSet<String>) -> String {
    let topic = group
        .first()
        .map(|statement| statement.topic.as_str())
        .unwrap_or_default();
    let topic = match way {
        Way::Up => topic.to_owned(),
        Way::Down => topic::back(topic),
    };
    let mut name = topic.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{topic}_{number}");
        number += 1;
    }
    name
}

fn function(name: &str, group: &[Statement]) -> String {
    let head = format!("async fn {name}(manager: &SchemaManager<'_>) -> Result<(), DbErr> {{");
    let head = if width(&head) <= MAX_WIDTH {
        head
    } else {
        format!("async fn {name}(\n    manager: &SchemaManager<'_>,\n) -> Result<(), DbErr> {{")
    };
    format!("{head}\n{}\n}}\n", block(group, 4))
}

/// Statements, the last of which gives back the result.
fn block(statements: &[Statement], indent: usize) -> String {
    let Some((last, before)) = statements.split_last() else {
        return format!("{}Ok(())", " ".repeat(indent));
    };
    let gives_unit = match last.method {
        Method::Manager(_) => true,
        Method::Connection => false,
    };
    let mut lines: Vec<_> = before
        .iter()
        .map(|it| statement(it, indent, false))
        .collect();
    lines.push(statement(last, indent, gives_unit));
    if !gives_unit {
        lines.push("Ok(())".to_owned());
    }
    let start = " ".repeat(indent);
    format!("{start}{}", lines.join(&new_line(indent)))
}

fn statement(statement: &Statement, indent: usize, last: bool) -> String {
    let mut text = String::new();
    for comment in &statement.comments {
        text.push_str(&comment::lines(comment, indent));
        text.push_str(&new_line(indent));
    }
    let end = if last { "" } else { ";" };
    text.push_str(&write(
        &statement.call(last),
        Place::line(indent, end.len()),
    ));
    text.push_str(end);
    text
}
