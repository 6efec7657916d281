//! Composite types.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    domain::Domain,
    schema::Enums,
};

const SLOT_BYTES: usize = 7;
pub const COMPOSITE_BYTES: usize = COMPOSITE_NAMES.len() * SLOT_BYTES;
/// A type's own, and that of its first attribute.
pub const COMPOSITE_ABOUTS: usize = COMPOSITE_NAMES.len() * 2 * ABOUT_BYTES;
pub const COMPOSITE_NAMES: [&str; 2] = ["pair_0", "\"Pair 1\""];
const ATTRIBUTE_NAMES: [&str; 4] = ["a", "\"B b\"", "c", "d"];
const TYPES: [&str; 8] = [
    "integer",
    "text",
    "bigint",
    "numeric(10,2)",
    "text COLLATE \"C\"",
    "timestamptz[]",
    "state_1",
    "code",
];

/// The composite types that `bytes` describe.
pub fn all(
    sql: &mut String,
    bytes: &mut Bytes<'_>,
    abouts: &mut Bytes<'_>,
    enums: &Enums,
    domains: &[Option<Domain>],
) -> Vec<&'static str> {
    let mut composites = Vec::new();
    for name in COMPOSITE_NAMES {
        let mut bytes = bytes.stretch(SLOT_BYTES);
        let (about, mut about_attribute) =
            (abouts.stretch(ABOUT_BYTES), abouts.stretch(ABOUT_BYTES));
        if !bytes.one_in(2) {
            continue;
        }
        // The type of an attribute, or another one where that is not there.
        let data_type = |place: usize| match TYPES[place] {
            "state_1" if !enums.contains_key("state_1") => TYPES[0],
            "code" if domains[0].is_none() => TYPES[1],
            it => it,
        };
        let count = 1 + bytes.pick(ATTRIBUTE_NAMES.len());
        let attributes: Vec<_> = ATTRIBUTE_NAMES[..count]
            .iter()
            .map(|attribute| format!("{attribute} {}", data_type(bytes.pick(TYPES.len()))))
            .collect();
        let _ = writeln!(sql, "CREATE TYPE {name} AS ({});", attributes.join(", "));
        about::write(sql, about, &Object::new("TYPE", name, "USAGE"));
        let attribute = format!("{name}.{}", ATTRIBUTE_NAMES[0]);
        about::comment(sql, &mut about_attribute, "COLUMN", &attribute);
        composites.push(name);
    }
    composites
}
