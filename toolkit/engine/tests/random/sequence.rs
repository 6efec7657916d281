//! Sequences that no column brings along: with and without an owner, and used by defaults.

use crate::{
    bytes::Bytes,
    table::{TABLE_NAMES, Tables},
};

pub const SEQUENCE_BYTES: usize = 7;
pub const SEQUENCE_NAMES: [&str; 2] = ["numbers", "\"Seq 1\""];

/// Options that leave more numbers than the rows of a pair take.
const OPTIONS: [&str; 6] = [
    "",
    " START WITH 100",
    " INCREMENT BY 5 CACHE 3",
    " INCREMENT BY -1 MINVALUE -30000 MAXVALUE -1",
    " MINVALUE 10 MAXVALUE 30000 CYCLE",
    " INCREMENT BY 2 MINVALUE 0 START WITH 40",
];

#[derive(Debug)]
pub struct Sequence {
    pub name: &'static str,
    /// The statements that create it.
    pub create: String,
    /// The places of the owner's table and column, where it has one.
    owner: Option<(usize, usize)>,
}

/// The sequence that `bytes` describe, if any.
pub fn read(name: &'static str, mut bytes: Bytes<'_>) -> Option<Sequence> {
    let exists = !bytes.one_in(3);
    let data_type = bytes.choose(&["", " AS integer", " AS smallint"]);
    let options = bytes.choose(&OPTIONS);
    let is_owned = bytes.one_in(3);
    let owner = (bytes.pick(TABLE_NAMES.len()), bytes.pick(6));
    let comment = if bytes.one_in(4) {
        format!("\nCOMMENT ON SEQUENCE {name} IS 'counts';")
    } else {
        String::new()
    };
    exists.then(|| Sequence {
        name,
        create: format!("CREATE SEQUENCE {name}{data_type}{options};{comment}"),
        owner: is_owned.then_some(owner),
    })
}

impl Sequence {
    /// The statement that gives it its owner, where that is there.
    pub fn owner(&self, tables: &Tables) -> String {
        let owner = self.owner.and_then(|(table, column)| {
            let table = TABLE_NAMES[table];
            Some((table, tables.get(table)?.columns.get(column)?))
        });
        owner.map_or_else(String::new, |(table, column)| {
            format!(
                "ALTER SEQUENCE {} OWNED BY {table}.{};\n",
                self.name, column.name
            )
        })
    }
}
