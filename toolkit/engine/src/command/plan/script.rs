//! A plan as a script for `psql -f`. No I/O here.

use toolkit_runtime::Direction;

use super::{Planned, text::notes};
use crate::{
    identifier::{quote_identifier, quote_literal},
    rehearse::Rehearsal,
};

/// The script: a transaction for each migration that has one. Empty when there is nothing to do.
pub(super) fn script(planned: &[Planned]) -> String {
    if planned.iter().all(|one| one.rehearsals.is_empty()) {
        return String::new();
    }
    let mut script = "\\set ON_ERROR_STOP on\n".to_owned();
    for one in planned.iter().filter(|one| !one.rehearsals.is_empty()) {
        let schema = quote_identifier(one.service.schema());
        let service = one.service.name();
        script.push('\n');
        script.push_str(&comment(&format!("{service}, schema {schema}")));
        if !one.schema_exists {
            script.push_str(&format!("CREATE SCHEMA IF NOT EXISTS {schema};\n"));
        }
        for rehearsal in &one.rehearsals {
            script.push_str(&migration(one, rehearsal));
        }
        script.push_str(&recording(one));
    }
    script
}

fn migration(planned: &Planned, rehearsal: &Rehearsal) -> String {
    let Rehearsal {
        migration,
        in_transaction,
        statements,
        touched: _,
    } = rehearsal;
    let schema = quote_identifier(planned.service.schema());
    let (begin, set, end) = if *in_transaction {
        ("BEGIN;\n", "SET LOCAL", "COMMIT;\n")
    } else {
        ("", "SET", "RESET search_path;\n")
    };
    let direction = match planned.direction {
        Direction::Up => "up",
        Direction::Down => "down",
    };
    let mut script = format!("\n{}", comment(&format!("{migration}, {direction}")));
    for note in notes(rehearsal, &planned.sizes) {
        script.push_str(&comment(&format!("  {note}")));
    }
    script.push_str(&format!("{begin}{set} search_path = {schema}, public;\n"));
    for statement in statements {
        script.push_str(&ended(statement));
    }
    script.push_str(end);
    script
}

/// A comment of one line, whatever the text: a comment ends with its line.
fn comment(text: &str) -> String {
    let text = text.replace('\r', "\\r").replace('\n', "\\n");
    format!("-- {text}\n")
}

/// A statement with the semicolon that ends it, also behind a comment.
fn ended(statement: &str) -> String {
    let text = statement.trim_end().trim_end_matches(';');
    let last_line = text.lines().last().unwrap_or_default();
    let line = if last_line.contains("--") { "\n" } else { "" };
    format!("{text}{line};\n")
}

/// The script is what the migrations send; that they were applied is recorded by the toolkit, all at
/// once: a stamp compares the schema with what the migrations up to the named one give.
fn recording(planned: &Planned) -> String {
    let service = &planned.service;
    let mut names = planned.rehearsals.iter().map(|one| one.migration.as_str());
    let lines = match planned.direction {
        Direction::Up => names.next_back().map_or_else(Vec::new, |last| {
            let name = service.name();
            vec![format!("toolkit stamp --service {name} {last}")]
        }),
        Direction::Down => {
            let table = format!(
                "{}.{}",
                quote_identifier(service.schema()),
                quote_identifier(&service.migration_table())
            );
            let deletion = |name| {
                let name = quote_literal(name);
                format!("DELETE FROM {table} WHERE version = {name};")
            };
            names.map(deletion).collect()
        }
    };
    let mut text = format!(
        "\n{}",
        comment("This script does not record it; afterwards:")
    );
    lines.iter().for_each(|line| text.push_str(&comment(line)));
    text
}

#[cfg(test)]
mod tests {
    use super::{comment, ended};

    #[test]
    fn a_name_does_not_leave_its_comment() {
        let name = "m1\nDROP TABLE a;\r\n\\! x";
        let written = comment(name);
        assert_eq!(written, "-- m1\\nDROP TABLE a;\\r\\n\\! x\n");
    }

    #[test]
    fn every_statement_ends_once_and_outside_comments() {
        for (statement, expected) in [
            ("SELECT 1", "SELECT 1;\n"),
            ("SELECT 1;\n", "SELECT 1;\n"),
            ("SELECT 1 -- one", "SELECT 1 -- one\n;\n"),
        ] {
            assert_eq!(ended(statement), expected);
        }
    }
}
