//! Sequences, and the options they share with identity columns.

use super::Names;
use crate::{
    catalog::{ColumnRef, Persistence, QualifiedName, Sequence, SequenceOptions},
    diff::Altered,
    identifier::{quote_identifier, quote_literal},
};

pub(super) fn create(sequence: &Sequence, names: &Names) -> String {
    let options = &sequence.options;
    let unlogged = match sequence.persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => "UNLOGGED ",
    };
    let data_type = if options.data_type == "bigint" {
        String::new()
    } else {
        format!(" AS {}", options.data_type)
    };
    format!(
        "CREATE {unlogged}SEQUENCE {}{data_type}{}",
        names.object(&sequence.name),
        unusual(options)
    )
}

/// The options that differ from what the type and the increment give.
pub(super) fn unusual(options: &SequenceOptions) -> String {
    let defaults = SequenceOptions {
        increment: 1,
        ..SequenceOptions::defaults(&options.data_type, options.increment)
    };
    // The start follows the bounds.
    let start = if options.increment < 0 {
        options.max
    } else {
        options.min
    };
    differing(&SequenceOptions { start, ..defaults }, options, "")
}

pub(super) fn alter(altered: &Altered<Sequence>, names: &Names) -> String {
    let (from, to) = (&altered.from.options, &altered.to.options);
    let data_type = if from.data_type == to.data_type {
        String::new()
    } else {
        format!(" AS {}", to.data_type)
    };
    format!(
        "ALTER SEQUENCE {}{data_type}{}",
        names.object(&altered.to.name),
        changed(from, to, "")
    )
}

/// The options to set, each after `set`. A change of type moves the bounds, so they are all said.
pub(super) fn changed(from: &SequenceOptions, to: &SequenceOptions, set: &str) -> String {
    let restart = if from.must_restart(to) {
        " RESTART"
    } else {
        ""
    };
    if from.data_type == to.data_type {
        return format!("{}{restart}", differing(from, to, set));
    }
    let SequenceOptions {
        data_type: _,
        start: _,
        increment,
        min,
        max,
        cache: _,
        cycle: _,
    } = to;
    let bounds = format!(" {set}MINVALUE {min} {set}MAXVALUE {max}");
    let rest = SequenceOptions {
        min: *min,
        max: *max,
        ..from.clone()
    };
    let increment_first = if from.increment == *increment {
        ""
    } else {
        &format!(" {set}INCREMENT BY {increment}")
    };
    let rest = SequenceOptions {
        increment: *increment,
        ..rest
    };
    format!(
        "{increment_first}{bounds}{}{restart}",
        differing(&rest, to, set)
    )
}

fn differing(from: &SequenceOptions, to: &SequenceOptions, set: &str) -> String {
    let SequenceOptions {
        data_type: _,
        start,
        increment,
        min,
        max,
        cache,
        cycle,
    } = to;
    let numbers = [
        ("START WITH", from.start, *start),
        ("INCREMENT BY", from.increment, *increment),
        ("MINVALUE", from.min, *min),
        ("MAXVALUE", from.max, *max),
        ("CACHE", from.cache, *cache),
    ];
    let numbers = numbers.into_iter().filter(|(_, from, to)| from != to);
    let cycle = (from.cycle != *cycle)
        .then(|| format!(" {set}{}", if *cycle { "CYCLE" } else { "NO CYCLE" }));
    numbers
        .map(|(option, _, to)| format!(" {set}{option} {to}"))
        .chain(cycle)
        .collect()
}

/// `setval`, which keeps whether the number was given already:
/// <https://www.postgresql.org/docs/current/functions-sequence.html>.
pub(super) fn carry_position(
    [from, to]: [&QualifiedName; 2],
    first: Option<i64>,
    counts_down: bool,
    names: &Names,
) -> String {
    let position = match (first, counts_down) {
        (None, _) => "last_value".to_owned(),
        (Some(first), false) => format!("GREATEST(last_value, {first})"),
        (Some(first), true) => format!("LEAST(last_value, {first})"),
    };
    let name = quote_literal(&names.object(to));
    format!(
        "SELECT pg_catalog.setval({name}::pg_catalog.regclass, {position}, is_called) FROM {}",
        names.object(from)
    )
}

pub(super) fn set_owner(
    sequence: &QualifiedName,
    owner: Option<&ColumnRef>,
    names: &Names,
) -> String {
    let owner = owner.map_or_else(
        || "NONE".to_owned(),
        |owner| {
            format!(
                "{}.{}",
                names.object(&owner.table),
                quote_identifier(&owner.column)
            )
        },
    );
    format!("ALTER SEQUENCE {} OWNED BY {owner}", names.object(sequence))
}
