//! A plan as a script for `psql -f`. No I/O here.

use std::time::Duration;

use toolkit_runtime::{Direction, Settings};
use toolkit_text::harmless_line;

use super::{Planned, text::notes};
use crate::{
    identifier::{quote_identifier, quote_literal},
    rehearse::Rehearsal,
};

/// The script: a transaction for each migration that has one, with the lock timeout that the
/// migration would have. Empty when there is nothing to do.
pub(super) fn script(planned: &[Planned], settings: &Settings) -> String {
    if planned.iter().all(|one| one.rehearsals.is_empty()) {
        return String::new();
    }
    let mut script = format!(
        "\\set ON_ERROR_STOP on\nSET lock_timeout = {};\n",
        duration(settings.lock_timeout)
    );
    for one in planned.iter().filter(|one| !one.rehearsals.is_empty()) {
        let schema = quote_identifier(one.service.schema());
        let service = one.service.name();
        script.push('\n');
        script.push_str(&comment(&format!("{service}, schema {schema}")));
        if !one.schema_exists {
            script.push_str(&format!("CREATE SCHEMA IF NOT EXISTS {schema};\n"));
        }
        for rehearsal in &one.rehearsals {
            script.push_str(&migration(one, rehearsal, settings));
        }
        script.push_str(&recording(one));
    }
    script
}

fn migration(planned: &Planned, rehearsal: &Rehearsal, settings: &Settings) -> String {
    let Rehearsal {
        migration,
        in_transaction,
        ends_transaction,
        statements,
        touched: _,
    } = rehearsal;
    let schema = quote_identifier(planned.service.schema());
    let (begin, set, end) = match (*in_transaction, *ends_transaction) {
        (true, false) => ("BEGIN;\n", "SET LOCAL", "COMMIT;\n"),
        // What is open at its end is committed, as `up` does; nothing may be, which is told as a warning.
        (true, true) => ("BEGIN;\n", "SET", "COMMIT;\nRESET search_path;\n"),
        (false, true) => ("", "SET", "COMMIT;\nRESET search_path;\n"),
        (false, false) => ("", "SET", "RESET search_path;\n"),
    };
    let service = &planned.service;
    let bounded = *in_transaction && !ends_transaction;
    let timeout = service.lock_timeout(settings, migration, bounded);
    let is_usual = timeout == settings.lock_timeout;
    let direction = planned.direction.word();
    let mut script = format!("\n{}", comment(&format!("{migration}, {direction}")));
    for note in notes(rehearsal, &planned.sizes) {
        script.push_str(&comment(&format!("  {note}")));
    }
    script.push_str(&format!("{begin}{set} search_path = {schema}, public;\n"));
    if !is_usual {
        script.push_str(&format!("{set} lock_timeout = {};\n", duration(timeout)));
    }
    for statement in statements {
        script.push_str(&ended(statement));
    }
    script.push_str(end);
    if !is_usual && !bounded {
        let usual = duration(settings.lock_timeout);
        script.push_str(&format!("SET lock_timeout = {usual};\n"));
    }
    script
}

/// A duration in units that PostgreSQL knows; zero is no limit.
fn duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    match milliseconds {
        0 if duration.is_zero() => "0".to_owned(),
        0 => "'1ms'".to_owned(),
        _ if milliseconds.is_multiple_of(1000) => format!("'{}s'", milliseconds / 1000),
        _ => format!("'{milliseconds}ms'"),
    }
}

/// A comment of one line, whatever the text: a comment ends with its line.
fn comment(text: &str) -> String {
    format!("-- {}\n", harmless_line(text))
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
    use std::time::Duration;

    use super::{comment, duration, ended};

    #[test]
    fn durations_are_written_as_postgresql_reads_them() {
        for (milliseconds, expected) in [
            (0, "0"),
            (250, "'250ms'"),
            (3_000, "'3s'"),
            (90_000, "'90s'"),
        ] {
            assert_eq!(duration(Duration::from_millis(milliseconds)), expected);
        }
        assert_eq!(duration(Duration::from_micros(1)), "'1ms'");
    }

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
