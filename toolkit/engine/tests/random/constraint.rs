//! Checks, foreign keys, and constraints over several rows.

use std::fmt::Write;

use crate::{
    bytes::Bytes,
    column::{Column, Kind},
    function::Functions,
};

pub const CHECK_BYTES: usize = 4;
pub const REFERENCE_BYTES: usize = 7;
pub const EXCLUSION_BYTES: usize = 6;
pub const CALLED_BYTES: usize = 3;

const DEFERRAL: [&str; 4] = ["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", ""];

pub fn check(place: usize, mut bytes: Bytes<'_>, columns: &[Column]) -> Option<String> {
    if columns.is_empty() || !bytes.one_in(3) {
        return None;
    }
    let column = bytes.choose(columns);
    let other = bytes.choose(columns);
    if column.numbered {
        // What its sequence gives the rows when the column is added anew may be anything.
        return None;
    }
    let (name, variant) = (column.name, bytes.pick(3));
    let choices = if column.is_text() {
        [
            format!("{name} <> ''"),
            format!("{name} IN ('a', 'b''c')"),
            format!("length({name}) BETWEEN 1 AND 9"),
        ]
    } else if column.is_number() {
        [
            format!("{name} > 0"),
            format!("{name} IN (1, 2)"),
            format!("{name} <> 7 OR {name} IS NULL"),
        ]
    } else if column.data_type.contains("tate") && !column.data_type.ends_with("[]") {
        [
            format!("{name} <> 'a'"),
            format!("{name} IN ('a')"),
            format!("{name} IS NOT NULL"),
        ]
    } else {
        std::array::from_fn(|_| format!("{name} IS NOT NULL OR {} IS NULL", other.name))
    };
    Some(format!(
        "CONSTRAINT check_{place} CHECK ({})",
        choices[variant]
    ))
}

/// The table that a foreign key is of.
#[derive(Clone, Copy)]
pub struct From<'t> {
    pub table: &'t str,
    pub is_partitioned: bool,
}

/// A column that refers to one of `others`; the constraint goes to `references`, because its target
/// may be created later.
pub fn reference(
    references: &mut String,
    from: From<'_>,
    (place, name): (usize, &'static str),
    mut bytes: Bytes<'_>,
    others: &[(&'static str, &'static str)],
) -> Option<(String, Column)> {
    let From {
        table,
        is_partitioned,
    } = from;
    if !bytes.one_in(3) {
        return None;
    }
    let (target, data_type) = *bytes.choose(others);
    let on_delete = bytes.choose(&[
        "",
        " ON DELETE CASCADE",
        " ON DELETE SET NULL",
        " ON DELETE RESTRICT",
    ]);
    let on_update = bytes.choose(&["", " ON UPDATE CASCADE", ""]);
    let mut more = *bytes.choose(&[
        "",
        " DEFERRABLE",
        " DEFERRABLE INITIALLY DEFERRED",
        " NOT VALID",
    ]);
    if is_partitioned && more == " NOT VALID" {
        // PostgreSQL before 18 refuses it.
        more = "";
    }
    let _ = writeln!(
        references,
        "ALTER TABLE {table} ADD CONSTRAINT \"ref {place}\" FOREIGN KEY ({name}) REFERENCES {target} (id){on_update}{on_delete}{more};"
    );
    let nullable = !bytes.one_in(2);
    let not_null = if nullable { "" } else { " NOT NULL" };
    let column = Column {
        nullable,
        ..Column::new(name, data_type)
    };
    Some((format!("{name} {data_type}{not_null}"), column))
}

/// A unique constraint over the first two columns, and over `key` where there is one to be among
/// them.
pub fn unique_pair(
    table: &str,
    bytes: &mut Bytes<'_>,
    columns: &[Column],
    key: Option<&str>,
) -> Option<String> {
    let [first, second, ..] = columns else {
        return None;
    };
    bytes.one_in(3).then(|| {
        format!(
            "CONSTRAINT \"both {}\" UNIQUE ({}, {}{}){}",
            table.trim_matches('"'),
            first.name,
            second.name,
            key.map_or_else(String::new, |key| format!(", {key}")),
            bytes.choose(&DEFERRAL)
        )
    })
}

/// An exclusion constraint: with the operators that PostgreSQL has without an extension.
pub fn exclusion(table: &str, mut bytes: Bytes<'_>, columns: &[Column]) -> Option<String> {
    if columns.is_empty() || !bytes.one_in(3) {
        return None;
    }
    let name = bytes.choose(columns).name;
    let other = bytes.choose(columns);
    let variant = bytes.pick(4);
    let ranges: Vec<_> = columns
        .iter()
        .filter(|it| ["integer", "smallint"].contains(&it.data_type))
        .map(|it| it.name)
        .collect();
    let elements = match (variant, ranges.first(), ranges.last()) {
        (0, Some(low), Some(high)) => {
            format!("gist (int4range(least({low}, {high}), greatest({low}, {high}), '[]') WITH &&)")
        }
        (1, _, _) => format!("hash ({name} WITH =)"),
        (2, _, _) if other.is_text() => {
            format!("btree ({name} WITH =, lower({}) WITH =)", other.name)
        }
        (_, _, _) => format!("btree ({name} WITH =)"),
    };
    let predicate = if bytes.one_in(3) {
        format!(" WHERE ({} IS NOT NULL)", other.name)
    } else {
        String::new()
    };
    // The name of the index behind it is unique in a schema.
    Some(format!(
        "CONSTRAINT \"apart {}\" EXCLUDE USING {elements}{predicate}{}",
        table.trim_matches('"'),
        bytes.choose(&DEFERRAL)
    ))
}

/// A check that calls a function.
pub fn called(mut bytes: Bytes<'_>, columns: &[Column], functions: &Functions) -> Option<String> {
    let exists = bytes.one_in(2);
    let columns: Vec<_> = columns
        .iter()
        .filter(|column| !column.numbered && [Kind::Integer, Kind::Text].contains(&column.kind()))
        .collect();
    if columns.is_empty() || !exists {
        return None;
    }
    let column = bytes.choose(&columns);
    let condition = functions.condition(bytes.pick(4), column.name, column.kind())?;
    Some(format!("CONSTRAINT called CHECK ({condition})"))
}
