//! Indexes: unique, partial, over expressions, with operator classes and collations.

use std::fmt::Write;

use crate::{bytes::Bytes, column::Column, schema::ENUM_NAMES};

pub const INDEX_BYTES: usize = 9;

/// Writes the index that `bytes` describe, if any.
pub fn create(
    sql: &mut String,
    table: &str,
    place: usize,
    mut bytes: Bytes<'_>,
    columns: &[Column],
) {
    if columns.is_empty() || !bytes.one_in(2) {
        return;
    }
    let column = bytes.choose(columns);
    let other = bytes.choose(columns);
    let unique = if bytes.one_in(3) { "UNIQUE " } else { "" };
    let keys = keys(column, other, bytes.pick(6));
    let include = if bytes.one_in(4) {
        format!(" INCLUDE ({})", other.name)
    } else {
        String::new()
    };
    let nulls = if bytes.one_in(5) && !unique.is_empty() {
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
