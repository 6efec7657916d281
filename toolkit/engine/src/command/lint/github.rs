//! Workflow commands, which GitHub shows beside the lines of a pull request. No I/O here.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write;

use toolkit_text::harmless;

use super::{
    report::{Finding, Report},
    rule::Level,
    text::one_line,
};

/// A line for each finding that is not accepted.
pub(super) fn commands(report: &Report) -> String {
    let mut text = String::new();
    for (_, migration, finding) in report.open() {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let mut properties = Vec::new();
        properties.extend(
            finding
                .file
                .iter()
                .map(|it| format!("file={}", property(it))),
        );
        properties.extend(finding.line.map(|it| format!("line={it}")));
        let words = finding.rule.words();
        let title = format!("{}: {}", words.id, words.title);
        properties.push(format!("title={}", property(&title)));
        let message = data(&message(&migration.name, finding));
        let _ = writeln!(text, "::{command} {}::{message}", properties.join(","));
    }
    harmless(&text).into_owned()
}

fn message(migration: &str, finding: &Finding) -> String {
    let statement = finding.statement.as_deref();
    let statement = statement.map_or_else(String::new, |it| format!("\n{}", one_line(it)));
    format!(
        "{migration}: {}{statement}\nInstead: {}",
        finding.message, finding.instead
    )
}

/// A message ends with its line.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// So does a property, or with the next one.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("a\r\n::error::b 100%"), "a%0D%0A::error::b 100%25");
        assert_eq!(property("a,b:c\n%"), "a%2Cb%3Ac%0A%25");
    }
}
