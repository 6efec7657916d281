//! Indexes: unique, partial, over expressions, with operator classes and collations.

use std::fmt::Write;

use crate::{
    bytes::Bytes,
    column::{Column, Kind},
    function::Functions,
    schema::ENUM_NAMES,
};

pub const INDEX_BYTES: usize = 9;
pub const CALLED_BYTES: usize = 4;

/// What an index is on.
#[derive(Clone, Copy)]
pub struct On<'t> {
    pub table: &'t str,
    pub columns: &'t [Column],
    pub is_partitioned: bool,
    /// The server's version.
    pub major: u32,
}

/// Writes the index that `bytes` describe, if any.
pub fn create(sql: &mut String, on: On<'_>, place: usize, mut bytes: Bytes<'_>) {
    let On { table, columns, .. } = on;
    if columns.is_empty() || !bytes.one_in(2) {
        return;
    }
    let column = bytes.choose(columns);
    let other = bytes.choose(columns);
    let unique = if bytes.one_in(3) { "UNIQUE " } else { "" };
    let mut keys = keys(column, other, bytes.pick(6));
    if on.is_partitioned && !unique.is_empty() {
        keys.push_str(", id");
    }
    let include = if bytes.one_in(4) {
        format!(" INCLUDE ({})", other.name)
    } else {
        String::new()
    };
    let nulls = if bytes.one_in(5) && !unique.is_empty() && on.major >= 15 {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    let predicate = match bytes.pick(5) {
        3 => format!(" WHERE {} IS NOT NULL", other.name),
        4 if other.is_text() => format!(" WHERE {} IN ('a', 'b')", other.name),
        4 if ENUM_NAMES.contains(&other.data_type) => format!(" WHERE {} = 'a'", other.name),
        _ => String::new(),
    };
    // Index names are unique in a schema.
    let name = format!("\"{} {place}\"", table.trim_matches('"'));
    let _ = writeln!(
        sql,
        "CREATE {unique}INDEX {name} ON {table} ({keys}){include}{nulls}{predicate};"
    );
    if bytes.one_in(6) {
        let _ = writeln!(sql, "COMMENT ON INDEX {name} IS 'found by {place}';");
    }
}

/// Writes the index over a function that `bytes` describe, if any.
pub fn called(sql: &mut String, on: On<'_>, mut bytes: Bytes<'_>, functions: &Functions) {
    let exists = bytes.one_in(2);
    let columns = on
        .columns
        .iter()
        .filter(|it| [Kind::Integer, Kind::Text].contains(&it.kind()));
    let columns: Vec<_> = columns.collect();
    if columns.is_empty() || !exists {
        return;
    }
    let column = bytes.choose(&columns);
    let (variant, has_predicate) = (bytes.pick(4), bytes.one_in(3));
    let expression = functions.expression(variant, column.name, column.kind());
    let condition = functions.condition(variant, column.name, column.kind());
    let predicate = condition.filter(|_| has_predicate);
    let predicate = predicate.map_or_else(String::new, |it| format!(" WHERE {it}"));
    if let Some(expression) = expression {
        let (table, plain) = (on.table, on.table.trim_matches('"'));
        let _ = writeln!(
            sql,
            "CREATE INDEX \"{plain} called\" ON {table} ({expression}){predicate};"
        );
    }
}

fn keys(column: &Column, other: &Column, variant: usize) -> String {
    let key = column.name;
    match variant {
        1 => format!("{key} DESC"),
        2 => format!("{key} NULLS FIRST, {}", other.name),
        3 if column.is_text() => format!("lower({key})"),
        3 if column.is_number() => format!("({key} + 1)"),
        4 if column.data_type == "text" => format!("{key} text_pattern_ops"),
        5 if column.is_text() => format!("{key} COLLATE \"POSIX\""),
        _ => key.to_owned(),
    }
}
