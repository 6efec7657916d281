//! Tables with what is in them.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    bytes::Bytes,
    column::{self, COLUMN_BYTES, COLUMN_NAMES, Column},
    constraint::{self, CHECK_BYTES, EXCLUSION_BYTES, REFERENCE_BYTES},
    index::{self, INDEX_BYTES},
    schema::Enums,
    sequence::Sequence,
};

pub const TABLE_NAMES: [&str; 4] = ["t0", "\"T 1\"", "t2", "\"user\""];
const REFERENCE_NAMES: [&str; 2] = ["r0", "r1"];
const CHECKS: usize = 3;
const INDEXES: usize = 3;
/// What a table's key, and each column that refers to it, is of.
const KEY_TYPES: [&str; 3] = ["bigint", "integer", "uuid"];

const HEAD_BYTES: usize = 9;
pub const TABLE_BYTES: usize = HEAD_BYTES
    + COLUMN_NAMES.len() * COLUMN_BYTES
    + REFERENCE_NAMES.len() * REFERENCE_BYTES
    + CHECKS * CHECK_BYTES
    + EXCLUSION_BYTES
    + INDEXES * INDEX_BYTES;

/// What tables can use.
pub struct Around<'s> {
    pub enums: &'s Enums,
    pub sequences: &'s [Sequence],
}

/// A table that exists, with the bytes that describe it.
struct Described<'b> {
    name: &'static str,
    key: &'static str,
    bytes: Bytes<'b>,
    head: Bytes<'b>,
}

/// The statements that create all tables, and their columns.
pub fn all(
    bytes: &mut Bytes<'_>,
    around: &Around<'_>,
) -> (String, BTreeMap<&'static str, Vec<Column>>) {
    let described: Vec<_> = TABLE_NAMES
        .into_iter()
        .filter_map(|name| describe(name, bytes.stretch(TABLE_BYTES)))
        .collect();
    let keys: Vec<_> = described.iter().map(|it| (it.name, it.key)).collect();
    let (mut sql, mut references) = (String::new(), String::new());
    let mut tables = BTreeMap::new();
    for table in described {
        let name = table.name;
        tables.insert(
            name,
            create(&mut sql, &mut references, table, around, &keys),
        );
    }
    (sql + &references, tables)
}

fn describe<'b>(name: &'static str, mut bytes: Bytes<'b>) -> Option<Described<'b>> {
    let mut head = bytes.stretch(HEAD_BYTES);
    let exists = !head.one_in(5);
    let key = *head.choose(&KEY_TYPES);
    exists.then_some(Described {
        name,
        key,
        bytes,
        head,
    })
}

fn create(
    sql: &mut String,
    references: &mut String,
    table: Described<'_>,
    around: &Around<'_>,
    others: &[(&'static str, &'static str)],
) -> Vec<Column> {
    let Described {
        name,
        key,
        mut bytes,
        mut head,
    } = table;
    let plain = name.trim_matches('"');
    let (line, key) = column::key(plain, key, &mut head);
    let (comment, options) = (head.one_in(3), head.one_in(5));
    let (mut lines, mut all) = (vec![line], vec![key]);
    let mut after = String::new();
    let read = columns(&mut after, name, &mut bytes, around);
    let (column_lines, columns): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    lines.extend(column_lines);
    for named in REFERENCE_NAMES.into_iter().enumerate() {
        let stretch = bytes.stretch(REFERENCE_BYTES);
        let read = constraint::reference(references, name, named, stretch, others);
        if let Some((line, column)) = read {
            lines.push(line);
            all.push(column);
        }
    }
    for place in 0..CHECKS {
        let stretch = bytes.stretch(CHECK_BYTES);
        lines.extend(constraint::check(place, stretch, &columns));
    }
    let stretch = bytes.stretch(EXCLUSION_BYTES);
    lines.extend(constraint::exclusion(name, stretch, &columns));
    lines.extend(constraint::unique_pair(name, &mut head, &columns));
    let with = if options { " WITH (fillfactor=80)" } else { "" };
    let body = lines.join(",\n    ");
    let _ = writeln!(sql, "CREATE TABLE {name} (\n    {body}\n){with};");
    if comment {
        let _ = writeln!(sql, "COMMENT ON TABLE {name} IS 'about it';");
    }
    sql.push_str(&after);
    for place in 0..INDEXES {
        index::create(sql, name, place, bytes.stretch(INDEX_BYTES), &columns);
    }
    all.extend(columns);
    all
}

/// The columns beside the key and the references, each with its line.
fn columns(
    after: &mut String,
    table: &str,
    bytes: &mut Bytes<'_>,
    around: &Around<'_>,
) -> Vec<(String, Column)> {
    let mut read: Vec<(String, Column)> = Vec::new();
    for name in COLUMN_NAMES {
        let before: Vec<_> = read.iter().map(|(_, column)| *column).collect();
        let stretch = bytes.stretch(COLUMN_BYTES);
        read.extend(column::read(after, table, name, stretch, around, &before));
    }
    read
}
