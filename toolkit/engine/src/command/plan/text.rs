//! A plan as a person reads it. No I/O here.

use toolkit_runtime::Direction;

use super::{Planned, sizes::Sizes};
use crate::{
    command::observation,
    rehearse::{Lock, Rehearsal, Touched},
};

/// What would happen to one service, line by line.
pub(super) fn lines(planned: &Planned) -> Vec<String> {
    let Planned {
        service,
        direction,
        schema_exists,
        rehearsals,
        after_rollout,
        observation,
        sizes,
    } = planned;
    let name = service.name();
    let what = match (direction, rehearsals.len()) {
        (Direction::Up, 0) => "nothing is pending".to_owned(),
        (Direction::Down, 0) => "nothing is applied".to_owned(),
        (Direction::Up, 1) => "1 migration to apply".to_owned(),
        (Direction::Up, count) => format!("{count} migrations to apply"),
        (Direction::Down, 1) => "1 migration to roll back".to_owned(),
        (Direction::Down, count) => format!("{count} migrations to roll back"),
    };
    let mut lines = vec![format!("{name}: {what}")];
    if !after_rollout.is_empty() {
        let names = after_rollout.join(", ");
        lines.push(format!(
            "  after the rollout (`up --after-rollout`): {names}"
        ));
    }
    if !schema_exists && !rehearsals.is_empty() {
        lines.push(format!("  schema {} is created first", service.schema()));
    }
    for rehearsal in rehearsals {
        lines.push(String::new());
        lines.push(rehearsal.migration.clone());
        for statement in &rehearsal.statements {
            lines.push(format!("  {}", statement.replace('\n', "\n  ")));
        }
        let notes = notes(rehearsal, sizes);
        lines.extend(notes.into_iter().map(|note| format!("    {note}")));
    }
    let observed = observation.as_ref().map_or_else(Vec::new, |it| {
        let steps: Vec<&str> = it
            .looks
            .iter()
            .skip(1)
            .map(|it| it.after.as_str())
            .collect();
        observation::broken(it, &steps)
    });
    if !observed.is_empty() {
        lines.push(String::new());
        lines.extend(observed);
    }
    if !rehearsals.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// What a person should know about a migration.
pub(super) fn notes(rehearsal: &Rehearsal, sizes: &Sizes) -> Vec<String> {
    let mut notes = Vec::new();
    if rehearsal.statements.is_empty() {
        notes.push("sends no statement".to_owned());
    }
    if !rehearsal.in_transaction {
        notes.push("runs outside a transaction: what is done stays when it fails".to_owned());
    }
    if asks(rehearsal) {
        notes.push(
            "asks the database: where it answers otherwise than an empty one, other statements may be sent"
                .to_owned(),
        );
    }
    let brief = is_brief(rehearsal, sizes);
    let touched = rehearsal.touched.iter();
    notes.extend(touched.map(|touched| table(touched, sizes, brief)));
    notes
}

/// Whether nobody notices its locks: they end with its transaction, and there is little to do in any of the
/// tables that it touches.
fn is_brief(rehearsal: &Rehearsal, sizes: &Sizes) -> bool {
    const SMALL: i64 = 1 << 20;
    let is_small = |touched: &Touched| {
        sizes
            .get(&touched.table)
            .is_some_and(|it| it.bytes <= SMALL)
    };
    rehearsal.in_transaction && rehearsal.touched.iter().all(is_small)
}

/// Whether the migration's statements may depend on what the database holds.
pub(super) fn asks(rehearsal: &Rehearsal) -> bool {
    let asks = |statement: &String| {
        let word = statement.split_whitespace().next().unwrap_or_default();
        ["select", "with", "table", "show"].contains(&word.to_lowercase().as_str())
    };
    rehearsal.statements.iter().any(asks)
}

fn table(touched: &Touched, sizes: &Sizes, brief: bool) -> String {
    let Touched {
        table,
        lock,
        rewritten,
        dropped,
        dropped_columns,
    } = touched;
    let mut facts = Vec::new();
    if let Some(size) = sizes.get(table) {
        facts.push(match size.rows {
            Some(rows) => format!("about {} rows, {}", grouped(rows), size.told),
            None => format!("an unknown number of rows, {}", size.told),
        });
    }
    facts.extend(lock.map(|lock| {
        let stops = lock >= Lock::ShareUpdateExclusive;
        let moment = if brief && stops { " for a moment" } else { "" };
        format!("{}{moment}", lock.told())
    }));
    if *dropped {
        facts.push("LOSES DATA: the table is dropped".to_owned());
    }
    if !dropped_columns.is_empty() {
        facts.push(format!("LOSES DATA: drops {}", dropped_columns.join(", ")));
    }
    if *rewritten {
        facts.push("is written anew as a whole".to_owned());
    }
    format!("{table}: {}", facts.join("; "))
}

/// `1234567` as `1,234,567`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
