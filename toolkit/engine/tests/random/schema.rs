//! Schemas out of bytes: each object reads its own stretch, so that changing a byte changes one
//! thing, and zeros make the simplest schema.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    column::COLUMN_NAMES,
    composite, domain, function,
    further::{FURTHER_BYTES, Further},
    policy, reader,
    relation::{Relation, Relations},
    sequence::{self, SEQUENCE_BYTES, SEQUENCE_NAMES, Sequence},
    table::{self, TABLE_BYTES, TABLE_NAMES, TableBytes, Tables},
    trigger, typed, view,
};

const ENUM_BYTES: usize = 6;
pub const ENUM_NAMES: [&str; 3] = ["\"State 0\"", "state_1", "state_2"];
const VALUES: [&str; 5] = ["a", "b", "it's", "D d", "e"];

/// How many bytes the tables take, with what belongs to them.
pub const PLAIN_BYTES: usize = ENUM_NAMES.len() * ENUM_BYTES
    + SEQUENCE_NAMES.len() * SEQUENCE_BYTES
    + TABLE_NAMES.len() * TABLE_BYTES;
/// How many bytes a schema takes.
pub const BYTES: usize = PLAIN_BYTES + FURTHER_BYTES;

/// The enum types with their values.
pub type Enums = BTreeMap<&'static str, Vec<&'static str>>;

/// Tables whose columns stand in a known order.
pub type Ordered = BTreeSet<&'static str>;

/// A schema: what makes it, and what rows have to know about it.
#[derive(Debug)]
pub struct Schema {
    /// The statements that create it.
    pub sql: String,
    pub enums: Enums,
    pub tables: Tables,
}

impl Schema {
    /// The schema that `bytes` describe, for a server of version `major`; queries take only of
    /// `ordered` tables whole rows from functions.
    pub fn new(bytes: &[u8], major: u32, ordered: &Ordered) -> Self {
        let mut bytes = Bytes::new(bytes);
        let mut plain = bytes.stretch(PLAIN_BYTES);
        let mut further = Further::new(&mut bytes);
        let mut sql = String::new();
        about::write(
            &mut sql,
            further.abouts.stretch(ABOUT_BYTES),
            &Object::new("SCHEMA", "public", "USAGE"),
        );
        let enums = enums(&mut sql, &mut plain, &mut further);
        let sequences = sequences(&mut sql, &mut plain, &mut further);
        let Further {
            functions,
            domains,
            composites,
            typed,
            uses,
            partitions,
            abouts,
            ..
        } = &mut further;
        let functions = function::all(&mut sql, functions, abouts);
        let domains = domain::all(&mut sql, domains, abouts, &functions);
        let composites = composite::all(&mut sql, composites, abouts, &enums, &domains);
        typed::all(&mut sql, (typed, abouts), &enums, &domains, &composites);
        let around = table::Around {
            enums: &enums,
            sequences: &sequences,
            functions: &functions,
            domains: &domains,
            composites: &composites,
            major,
            ordered,
        };
        let mut bytes_of_tables = TableBytes {
            plain: &mut plain,
            further: uses,
            partitions,
        };
        let (made, mut tables) = table::all(&mut bytes_of_tables, &around);
        sql += &made;
        for sequence in &sequences {
            sql += &sequence.owner(&tables);
        }
        readers(&mut sql, &mut further, &mut tables, &around);
        Self { sql, enums, tables }
    }
}

fn enums(sql: &mut String, bytes: &mut Bytes<'_>, further: &mut Further<'_>) -> Enums {
    let mut enums = Enums::new();
    for name in ENUM_NAMES {
        let about = further.abouts.stretch(ABOUT_BYTES);
        let Some(values) = values(bytes.stretch(ENUM_BYTES)) else {
            continue;
        };
        let list: Vec<_> = values.iter().map(|value| quote(value)).collect();
        let _ = writeln!(sql, "CREATE TYPE {name} AS ENUM ({});", list.join(", "));
        about::write(sql, about, &Object::new("TYPE", name, "USAGE"));
        enums.insert(name, values);
    }
    enums
}

fn sequences(sql: &mut String, bytes: &mut Bytes<'_>, further: &mut Further<'_>) -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for name in SEQUENCE_NAMES {
        let about = further.abouts.stretch(ABOUT_BYTES);
        let Some(sequence) = sequence::read(name, bytes.stretch(SEQUENCE_BYTES)) else {
            continue;
        };
        let _ = writeln!(sql, "{}", sequence.create);
        about::write(sql, about, &Object::new("SEQUENCE", name, "USAGE"));
        sequences.push(sequence);
    }
    sequences
}

/// Writes what reads tables: functions, views, triggers and policies.
fn readers(
    sql: &mut String,
    further: &mut Further<'_>,
    tables: &mut Tables,
    around: &table::Around<'_>,
) {
    let Further {
        readers,
        views,
        triggers,
        policies,
        abouts,
        ..
    } = further;
    let mut relations = Relations::default();
    for name in TABLE_NAMES {
        let about = abouts.stretch(ABOUT_BYTES);
        let table = tables.get(name);
        if table.is_some() {
            let object = Object {
                column: Some("id"),
                ..Object::new("TABLE", name, "SELECT")
            };
            about::write(sql, about, &object);
        }
        relations.push(table.map(|table| Relation::table(name, &table.columns)));
    }
    let (functions, counts) =
        reader::over_tables(sql, (readers, abouts), &relations, around.ordered);
    for function in functions {
        relations.push(function);
    }
    reader::default(sql, readers, tables, counts);
    let views = view::all(sql, (views, abouts), &mut relations, around);
    reader::over_views(sql, readers, abouts, &relations);
    let callable = (&*tables, around.functions);
    trigger::all(sql, triggers, abouts, callable, &views);
    policy::all(
        sql,
        (policies, abouts),
        tables,
        &relations,
        around.functions,
    );
}

/// The bytes that leave an object of the tables out when they are as great as can be.
pub fn absences() -> impl Iterator<Item = usize> {
    let sequences = ENUM_NAMES.len() * ENUM_BYTES;
    let tables = sequences + SEQUENCE_NAMES.len() * SEQUENCE_BYTES;
    let table = move |place| tables + place * TABLE_BYTES;
    let columns = (0..TABLE_NAMES.len()).flat_map(move |place| {
        (0..COLUMN_NAMES.len()).map(move |column| table(place) + table::column_place(column))
    });
    (0..TABLE_NAMES.len())
        .map(table)
        .chain(columns)
        .chain((0..ENUM_NAMES.len()).map(|place| place * ENUM_BYTES))
        .chain((0..SEQUENCE_NAMES.len()).map(move |place| sequences + place * SEQUENCE_BYTES))
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
