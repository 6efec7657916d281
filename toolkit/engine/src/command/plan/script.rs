//! A plan as a script for `psql -f`. No I/O here.

use toolkit_runtime::{Direction, Service};

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
        script.push_str(&format!("\n-- {service}, schema {schema}\n"));
        if !one.schema_exists {
            script.push_str(&format!("CREATE SCHEMA IF NOT EXISTS {schema};\n"));
        }
        for rehearsal in &one.rehearsals {
            script.push_str(&migration(one, rehearsal));
        }
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
    let mut script = format!("\n-- {migration}, {direction}\n");
    for note in notes(rehearsal, &planned.sizes) {
        script.push_str(&format!("--   {}\n", note.replace('\n', " ")));
    }
    script.push_str(&format!("{begin}{set} search_path = {schema}, public;\n"));
    for statement in statements {
        script.push_str(&ended(statement));
    }
    script.push_str(end);
    script.push_str(&recording(&planned.service, migration, planned.direction));
    script
}

/// A statement with the semicolon that ends it, also behind a comment.
fn ended(statement: &str) -> String {
    let text = statement.trim_end().trim_end_matches(';');
    let last_line = text.lines().last().unwrap_or_default();
    let line = if last_line.contains("--") { "\n" } else { "" };
    format!("{text}{line};\n")
}

/// The script is what a migration sends; that it was applied is recorded by the toolkit.
fn recording(service: &Service, migration: &str, direction: Direction) -> String {
    let name = service.name();
    match direction {
        Direction::Up => format!(
            "-- This script does not record it; afterwards: toolkit stamp --service {name} {migration}\n"
        ),
        Direction::Down => format!(
            "-- This script does not record it; afterwards:\n-- DELETE FROM {}.{} WHERE version = {};\n",
            quote_identifier(service.schema()),
            quote_identifier(&service.migration_table()),
            quote_literal(migration),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::ended;

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
