//! Tables with what is in them.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    bytes::Bytes,
    column::{self, COLUMN_BYTES, COLUMN_FURTHER_BYTES, COLUMN_NAMES, Column},
    constraint::{self, CHECK_BYTES, EXCLUSION_BYTES, REFERENCE_BYTES},
    domain::Domain,
    function::Functions,
    index::{self, INDEX_BYTES, On},
    partition::{self, PARTITION_BYTES, Partitioning},
    schema::{Enums, Ordered},
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

/// What a table has beside what older kinds of objects give it.
pub const TABLE_FURTHER_BYTES: usize =
    COLUMN_NAMES.len() * COLUMN_FURTHER_BYTES + constraint::CALLED_BYTES + index::CALLED_BYTES;

/// Where in a table's bytes those of a column begin.
pub const fn column_place(column: usize) -> usize {
    HEAD_BYTES + column * COLUMN_BYTES
}

/// What tables can use.
pub struct Around<'s> {
    pub enums: &'s Enums,
    pub sequences: &'s [Sequence],
    pub functions: &'s Functions,
    pub domains: &'s [Option<Domain>],
    pub composites: &'s [&'static str],
    /// The server's version.
    pub major: u32,
    pub ordered: &'s Ordered,
}

/// The bytes of all tables.
pub struct TableBytes<'t, 'b> {
    pub plain: &'t mut Bytes<'b>,
    pub further: &'t mut Bytes<'b>,
    pub partitions: &'t mut Bytes<'b>,
}

/// A table as it was written.
#[derive(Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    /// How it is partitioned, if it is.
    pub partitioned: Option<&'static str>,
}

pub type Tables = BTreeMap<&'static str, Table>;

/// A table that exists, with the bytes that describe it.
struct Described<'b> {
    name: &'static str,
    key: &'static str,
    bytes: Bytes<'b>,
    head: Bytes<'b>,
    further: Bytes<'b>,
    partitioning: Option<Partitioning<'b>>,
}

/// The statements that create all tables, and what they are.
pub fn all(bytes: &mut TableBytes<'_, '_>, around: &Around<'_>) -> (String, Tables) {
    let described: Vec<_> = TABLE_NAMES
        .into_iter()
        .filter_map(|name| {
            let stretches = [
                bytes.plain.stretch(TABLE_BYTES),
                bytes.further.stretch(TABLE_FURTHER_BYTES),
                bytes.partitions.stretch(PARTITION_BYTES),
            ];
            describe(name, stretches)
        })
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

fn describe<'b>(
    name: &'static str,
    [mut bytes, further, partitions]: [Bytes<'b>; 3],
) -> Option<Described<'b>> {
    let mut head = bytes.stretch(HEAD_BYTES);
    let exists = !head.one_in(5);
    let key = *head.choose(&KEY_TYPES);
    exists.then_some(Described {
        name,
        key,
        bytes,
        head,
        further,
        partitioning: partition::read(partitions),
    })
}

fn create(
    sql: &mut String,
    references: &mut String,
    mut table: Described<'_>,
    around: &Around<'_>,
    others: &[(&'static str, &'static str)],
) -> Table {
    let name = table.name;
    let (line, key) = column::key(name.trim_matches('"'), table.key, &mut table.head);
    let (comment, options) = (table.head.one_in(3), table.head.one_in(5));
    let mut lines = vec![line];
    let mut after = String::new();
    let read = columns(&mut after, &mut table, around);
    let (column_lines, columns): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    lines.extend(column_lines);
    let referring = refer(references, &mut lines, &mut table, others);
    constraints(&mut lines, &mut table, &columns, around);
    let with = match &table.partitioning {
        Some(partitioning) => partitioning.clause(),
        None if options => " WITH (fillfactor=80)",
        None => "",
    };
    let body = lines.join(",\n    ");
    let _ = writeln!(sql, "CREATE TABLE {name} (\n    {body}\n){with};");
    if comment {
        let _ = writeln!(sql, "COMMENT ON TABLE {name} IS 'about it';");
    }
    sql.push_str(&after);
    indexes(sql, &mut table, &columns, around);
    let partitioned = table.partitioning.as_ref().map(Partitioning::clause);
    let partitions = table.partitioning.map(|it| it.create(name, &key, &columns));
    sql.push_str(&partitions.unwrap_or_default());
    Table {
        columns: [vec![key], referring, columns].concat(),
        partitioned,
    }
}

/// The columns beside the key and the references, each with its line.
fn columns(
    after: &mut String,
    table: &mut Described<'_>,
    around: &Around<'_>,
) -> Vec<(String, Column)> {
    let mut read: Vec<(String, Column)> = Vec::new();
    let whole = (table.name, table.partitioning.is_some());
    for name in COLUMN_NAMES {
        let before: Vec<_> = read.iter().map(|(_, column)| *column).collect();
        let stretches = [
            table.bytes.stretch(COLUMN_BYTES),
            table.further.stretch(COLUMN_FURTHER_BYTES),
        ];
        let column = column::read(after, whole, name, stretches, around, &before);
        read.extend(column);
    }
    read
}

/// The columns that refer to tables.
fn refer(
    references: &mut String,
    lines: &mut Vec<String>,
    table: &mut Described<'_>,
    others: &[(&'static str, &'static str)],
) -> Vec<Column> {
    let mut columns = Vec::new();
    for named in REFERENCE_NAMES.into_iter().enumerate() {
        let from = constraint::From {
            table: table.name,
            is_partitioned: table.partitioning.is_some(),
        };
        let stretch = table.bytes.stretch(REFERENCE_BYTES);
        if let Some((line, column)) =
            constraint::reference(references, from, named, stretch, others)
        {
            lines.push(line);
            columns.push(column);
        }
    }
    columns
}

fn constraints(
    lines: &mut Vec<String>,
    table: &mut Described<'_>,
    columns: &[Column],
    around: &Around<'_>,
) {
    for place in 0..CHECKS {
        let stretch = table.bytes.stretch(CHECK_BYTES);
        lines.extend(constraint::check(place, stretch, columns));
    }
    let is_partitioned = table.partitioning.is_some();
    let exclusion =
        constraint::exclusion(table.name, table.bytes.stretch(EXCLUSION_BYTES), columns);
    // A partitioned table cannot have one before PostgreSQL 17.
    lines.extend(exclusion.filter(|_| !is_partitioned));
    let key = is_partitioned.then_some("id");
    lines.extend(constraint::unique_pair(
        table.name,
        &mut table.head,
        columns,
        key,
    ));
    let stretch = table.further.stretch(constraint::CALLED_BYTES);
    lines.extend(constraint::called(stretch, columns, around.functions));
}

fn indexes(sql: &mut String, table: &mut Described<'_>, columns: &[Column], around: &Around<'_>) {
    let on = On {
        table: table.name,
        columns,
        is_partitioned: table.partitioning.is_some(),
        major: around.major,
    };
    for place in 0..INDEXES {
        index::create(sql, on, place, table.bytes.stretch(INDEX_BYTES));
    }
    let stretch = table.further.stretch(index::CALLED_BYTES);
    index::called(sql, on, stretch, around.functions);
}
