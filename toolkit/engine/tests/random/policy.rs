//! Row-level security: its flags and policies.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES},
    bytes::Bytes,
    function::Functions,
    relation::{Relation, Relations},
    table::{TABLE_NAMES, Tables},
};

const POLICIES: usize = 2;
const SLOT_BYTES: usize = 8;
pub const POLICY_BYTES: usize = TABLE_NAMES.len() * (1 + POLICIES * SLOT_BYTES);
pub const POLICY_ABOUTS: usize = TABLE_NAMES.len() * POLICIES * ABOUT_BYTES;

/// Writes what `bytes` describe.
pub fn all(
    sql: &mut String,
    (bytes, abouts): (&mut Bytes<'_>, &mut Bytes<'_>),
    tables: &Tables,
    relations: &Relations,
    functions: &Functions,
) {
    for name in TABLE_NAMES {
        let flags = bytes.pick(6);
        let stretches: [_; POLICIES] =
            std::array::from_fn(|_| (bytes.stretch(SLOT_BYTES), abouts.stretch(ABOUT_BYTES)));
        let Some(table) = tables.get(name) else {
            continue;
        };
        if let 3 | 5 = flags {
            let _ = writeln!(sql, "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;");
        }
        if let 4 | 5 = flags {
            let _ = writeln!(sql, "ALTER TABLE {name} FORCE ROW LEVEL SECURITY;");
        }
        let table = Relation::table(name, &table.columns);
        for (place, (mut stretch, mut about)) in stretches.into_iter().enumerate() {
            let policy = ["allowed", "\"Kept out\""][place];
            if let Some(rest) = read(&mut stretch, &table, relations, functions) {
                let _ = writeln!(sql, "CREATE POLICY {policy} ON {name}{rest};");
                about::comment(sql, &mut about, "POLICY", &format!("{policy} ON {name}"));
            }
        }
    }
}

/// What follows a policy's table.
fn read(
    bytes: &mut Bytes<'_>,
    table: &Relation,
    relations: &Relations,
    functions: &Functions,
) -> Option<String> {
    let exists = bytes.one_in(2);
    let permissive = bytes.choose(&["", " AS RESTRICTIVE"]);
    let command = *bytes.choose(&[
        "",
        " FOR SELECT",
        " FOR INSERT",
        " FOR UPDATE",
        " FOR DELETE",
    ]);
    let roles = bytes.choose(&[
        "",
        " TO reader",
        " TO \"Writer 1\"",
        " TO reader, \"Writer 1\"",
        " TO CURRENT_USER",
    ]);
    let field = bytes.choose(&table.fields);
    let other = relations.choose(bytes);
    let condition = match (bytes.pick(6), other) {
        (4, Some(other)) => format!(
            "EXISTS (SELECT FROM {} AS o WHERE o.{}::text = {}.{}::text)",
            other.name, other.fields[0].name, table.name, field.name
        ),
        (5, Some(other)) => format!(
            "{}::text IN (SELECT {}::text FROM {})",
            field.name, other.fields[0].name, other.name
        ),
        (3, _) => "CURRENT_USER = 'reader' OR current_setting('a.b', true) = 'c;'".to_owned(),
        (variant, _) => field.condition(variant, &field.name, functions),
    };
    let both = bytes.pick(3);
    let clauses = match (command, both) {
        (" FOR INSERT", _) => format!(" WITH CHECK ({condition})"),
        (" FOR SELECT" | " FOR DELETE", _) | (_, 0) => format!(" USING ({condition})"),
        (_, 1) => format!(" USING (id IS NOT NULL) WITH CHECK ({condition})"),
        (_, _) => format!(" WITH CHECK ({condition})"),
    };
    exists.then(|| format!("{permissive}{command}{roles}{clauses}"))
}
