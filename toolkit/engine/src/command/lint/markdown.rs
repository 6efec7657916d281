//! One comment for a pull request. No I/O here.

use toolkit_text::harmless;

use super::{
    report::{Finding, OfMigration, OfService, OfTable, Report, Size},
    text::{one_line, place},
};
use crate::effects::Work;

/// A cell longer than this is cut.
const LONGEST: usize = 160;

/// What was found, with what was seen of each statement in tables.
pub(super) fn comment(report: &Report) -> String {
    let (open, accepted) = (report.open().count(), report.accepted());
    let mut lines = vec![
        "## Migrations".to_owned(),
        String::new(),
        match (open, accepted) {
            (0, 0) => "Nothing was found.".to_owned(),
            (open, 0) => format!("Found: **{open}**."),
            (open, accepted) => format!("Found: **{open}**, and {accepted} accepted."),
        },
    ];
    for service in &report.services {
        lines.extend(of_service(service));
    }
    lines.push(String::new());
    lines.push(
        "_Each statement was run on rows in a scratch database. Seconds: an order of magnitude, by 5,000,000 rows a second \
         read, 1,500,000 for an index, 250,000 written anew._"
            .to_owned(),
    );
    let mut text = lines.join("\n");
    text.push('\n');
    harmless(&text).into_owned()
}

fn of_service(service: &OfService) -> Vec<String> {
    let name = code(&service.service);
    let count = service.migrations.len();
    let base = escaped(&service.base.told());
    let mut lines = vec![String::new(), format!("### {name}: {count} {base}")];
    for migration in &service.migrations {
        lines.extend(of_migration(migration));
    }
    lines
}

fn of_migration(migration: &OfMigration) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!("#### {}", code(&migration.name)),
        String::new(),
    ];
    lines.push("| statement | table | lock | work | rows, bytes | seconds |".to_owned());
    lines.push("|---|---|---|---|---|---|".to_owned());
    for statement in &migration.statements {
        let mut shown = code(&statement.statement);
        if statement.tables.is_empty() {
            lines.push(format!("| {shown} | | | | | |"));
        }
        for table in &statement.tables {
            lines.push(row(&shown, table));
            shown = String::new();
        }
    }
    if let (Some(old), Some(new)) = (&migration.old_code, &migration.new_code) {
        lines.push(String::new());
        lines.push(format!("After it: old code **{old}**, new code **{new}**."));
    }
    lines.push(String::new());
    lines.extend(migration.findings.iter().map(of_finding));
    let not_tried = migration.not_tried.iter();
    lines.extend(not_tried.map(|it| format!("- not tried {}", escaped(it))));
    lines
}

fn row(statement: &str, table: &OfTable) -> String {
    let name = code(&format!("{}.{}", table.table.schema, table.table.table));
    let lock = table.held.map_or("", crate::rehearse::Lock::name);
    let work = table.work.map_or("", Work::told);
    let (size, seconds) = table.size.as_ref().map_or_else(Default::default, sized);
    format!("| {statement} | {name} | {lock} | {work} | {size} | {seconds} |")
}

fn sized(size: &Size) -> (String, String) {
    let rows = size
        .rows
        .map_or_else(|| "unknown".to_owned(), |rows| rows.to_string());
    let seconds = size.seconds.map(|it| format!("{it:.1}"));
    (
        format!("{rows}, {}", size.told),
        seconds.unwrap_or_default(),
    )
}

fn of_finding(finding: &Finding) -> String {
    let words = finding.rule.words();
    let message = escaped(&finding.message);
    if let Some(reason) = &finding.accepted {
        return format!("- `{}` accepted ({}): {message}", words.id, escaped(reason));
    }
    let at = place(finding).map(|it| format!(" at {}", code(&it)));
    format!(
        "- **`{}`**{}: {message}. Instead: {}",
        words.id,
        at.unwrap_or_default(),
        finding.instead
    )
}

/// `text` as code in a cell of a table: its pipes and backquotes would end both.
/// <https://github.github.com/gfm/#tables-extension->
fn code(text: &str) -> String {
    let mut text = one_line(text);
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST).collect::<String>() + " …";
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A blank keeps backquotes at the ends apart from the fence.
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('|', "\\|"))
}

/// `text` as text: what means something in Markdown or HTML stands for itself, and nobody is mentioned.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stands_for_itself() {
        assert_eq!(code("a | b\n  c"), "`a \\| b c`");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(
            escaped("<b>@all [x](y)|"),
            "&lt;b&gt;&#64;all \\[x\\](y)\\|"
        );
    }
}
