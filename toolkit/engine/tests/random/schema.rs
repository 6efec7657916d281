//! Schemas out of bytes: each object reads its own stretch, so that changing a byte changes one
//! thing, and zeros make the simplest schema.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    bytes::Bytes,
    column::Column,
    sequence::{self, SEQUENCE_BYTES, SEQUENCE_NAMES},
    table::{self, TABLE_BYTES, TABLE_NAMES},
};

const ENUM_BYTES: usize = 6;
pub const ENUM_NAMES: [&str; 3] = ["\"State 0\"", "state_1", "state_2"];
const VALUES: [&str; 5] = ["a", "b", "it's", "D d", "e"];

/// How many bytes a schema takes.
pub const BYTES: usize = ENUM_NAMES.len() * ENUM_BYTES
    + SEQUENCE_NAMES.len() * SEQUENCE_BYTES
    + TABLE_NAMES.len() * TABLE_BYTES;

/// The enum types with their values.
pub type Enums = BTreeMap<&'static str, Vec<&'static str>>;

/// A schema: what makes it, and what rows have to know about it.
#[derive(Debug)]
pub struct Schema {
    /// The statements that create it.
    pub sql: String,
    pub enums: Enums,
    /// The columns of each table.
    pub tables: BTreeMap<&'static str, Vec<Column>>,
}

impl Schema {
    /// The schema that `bytes` describe.
    pub fn new(bytes: &[u8]) -> Self {
        let mut bytes = Bytes::new(bytes);
        let enums: Enums = ENUM_NAMES
            .into_iter()
            .filter_map(|name| Some((name, values(bytes.stretch(ENUM_BYTES))?)))
            .collect();
        let sequences: Vec<_> = SEQUENCE_NAMES
            .into_iter()
            .filter_map(|name| sequence::read(name, bytes.stretch(SEQUENCE_BYTES)))
            .collect();
        let mut sql = String::new();
        for (name, values) in &enums {
            let list: Vec<_> = values.iter().map(|value| quote(value)).collect();
            let _ = writeln!(sql, "CREATE TYPE {name} AS ENUM ({});", list.join(", "));
        }
        for sequence in &sequences {
            let _ = writeln!(sql, "{}", sequence.create);
        }
        let around = table::Around {
            enums: &enums,
            sequences: &sequences,
        };
        let (made, tables) = table::all(&mut bytes, &around);
        sql += &made;
        for sequence in &sequences {
            sql += &sequence.owner(&tables);
        }
        Self { sql, enums, tables }
    }
}

fn values(mut bytes: Bytes<'_>) -> Option<Vec<&'static str>> {
    let exists = !bytes.one_in(4);
    let mut values: Vec<_> = VALUES.into_iter().filter(|_| !bytes.one_in(3)).collect();
    // `a` stays among the values, for defaults, checks and rows.
    if !values.contains(&VALUES[0]) {
        values.push(VALUES[0]);
    }
    exists.then_some(values)
}

/// A string constant.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
