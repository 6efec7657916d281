//! Functions that read tables and views.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    column::Kind,
    function::body,
    relation::{Field, Relation, Relations},
    schema::Ordered,
    table::{TABLE_NAMES, Tables},
};

const SLOT_BYTES: usize = 5;
const DEFAULT_BYTES: usize = 3;
pub const READER_BYTES: usize = 4 * SLOT_BYTES + DEFAULT_BYTES;
pub const READER_ABOUTS: usize = 4 * ABOUT_BYTES;

/// Writes the functions that read tables; gives those that queries can read from, and whether there
/// is one that counts.
pub fn over_tables(
    sql: &mut String,
    (bytes, abouts): (&mut Bytes<'_>, &mut Bytes<'_>),
    tables: &Relations,
    ordered: &Ordered,
) -> ([Option<Relation>; 2], bool) {
    let mut next = || (bytes.stretch(SLOT_BYTES), abouts.stretch(ABOUT_BYTES));
    let counts = counting(sql, "count_of", next(), tables);
    // A query that reads from it names the columns one after the other, in the order of the table.
    let all = all_of(sql, next(), tables);
    let all = all.and_then(|(table, all)| ordered.contains(table.as_str()).then_some(all));
    let some = some_of(sql, next(), tables);
    ([all, some], counts)
}

/// Writes the function that reads views too.
pub fn over_views(
    sql: &mut String,
    bytes: &mut Bytes<'_>,
    abouts: &mut Bytes<'_>,
    relations: &Relations,
) {
    let stretches = (bytes.stretch(SLOT_BYTES), abouts.stretch(ABOUT_BYTES));
    counting(sql, "\"Seen by\"", stretches, relations);
}

fn counting(
    sql: &mut String,
    name: &str,
    (mut bytes, about): (Bytes<'_>, Bytes<'_>),
    relations: &Relations,
) -> bool {
    let exists = bytes.one_in(2);
    let Some(relation) = relations.choose(&mut bytes).filter(|_| exists) else {
        return false;
    };
    let result = bytes.choose(&["bigint", "integer"]);
    let language = bytes.pick(4);
    let rows = bytes.choose(&["", " AS r WHERE r IS NOT NULL"]);
    let from = qualified(&relation.name);
    let body = body(
        language,
        &format!("(SELECT count(*) + 1000 FROM {from}{rows})"),
    );
    let language = if language == 3 { "plpgsql" } else { "sql" };
    let _ = writeln!(
        sql,
        "CREATE FUNCTION {name}() RETURNS {result} LANGUAGE {language} STABLE {body};"
    );
    let signature = format!("{name}()");
    about::write(sql, about, &Object::new("FUNCTION", &signature, "EXECUTE"));
    true
}

/// All rows of the table that is given too, in the type that they have.
fn all_of(
    sql: &mut String,
    (mut bytes, about): (Bytes<'_>, Bytes<'_>),
    tables: &Relations,
) -> Option<(String, Relation)> {
    let exists = bytes.one_in(2);
    let table = tables.choose(&mut bytes).filter(|_| exists)?;
    let name = &table.name;
    let from = qualified(name);
    let argument = bytes.choose(&["", "at_least integer DEFAULT 0"]);
    let body = match bytes.pick(3) {
        0 => format!("LANGUAGE sql STABLE AS $$SELECT * FROM {from}$$"),
        // Not its columns by name: a column that is added later stands last.
        1 => format!(
            "LANGUAGE sql STABLE BEGIN ATOMIC\n SELECT 1;\n SELECT every FROM {from} AS every;\nEND"
        ),
        _ => format!(
            "LANGUAGE plpgsql STABLE AS $$\nBEGIN\n    RETURN QUERY SELECT * FROM {from};\nEND $$"
        ),
    };
    let rows = bytes.choose(&["", " ROWS 10"]);
    let body = body.replacen(" STABLE", &format!(" STABLE{rows}"), 1);
    let _ = writeln!(
        sql,
        "CREATE FUNCTION \"all of\"({argument}) RETURNS SETOF {name} {body};"
    );
    let signature = format!("\"all of\"({})", argument.split(' ').nth(1).unwrap_or(""));
    about::write(sql, about, &Object::new("FUNCTION", &signature, "EXECUTE"));
    let all = Relation {
        name: "\"all of\"()".to_owned(),
        fields: table.fields.clone(),
        is_updatable: false,
        has_key: false,
        is_filled: true,
    };
    Some((name.clone(), all))
}

/// Some columns of a table.
fn some_of(
    sql: &mut String,
    (mut bytes, about): (Bytes<'_>, Bytes<'_>),
    tables: &Relations,
) -> Option<Relation> {
    let exists = bytes.one_in(2);
    let table = tables.choose(&mut bytes).filter(|_| exists)?;
    let field = bytes.choose(&table.fields);
    let (result, count) = match bytes.pick(2) {
        0 => ("RETURNS TABLE (first text, n bigint)", "count(*)"),
        _ => (
            "RETURNS TABLE (first text, number numeric)",
            "count(*)::numeric",
        ),
    };
    let query = format!(
        "SELECT r.{}::text, {count} FROM {} AS r GROUP BY r.{}",
        field.name,
        qualified(&table.name),
        field.name
    );
    let body = match bytes.pick(3) {
        0 => format!("LANGUAGE sql STABLE AS $some$ {query}; $some$"),
        1 => format!("LANGUAGE sql STABLE BEGIN ATOMIC\n {query};\nEND"),
        _ => format!("LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN QUERY {query};\nEND $$"),
    };
    let _ = writeln!(sql, "CREATE FUNCTION some_of() {result} {body};");
    about::write(sql, about, &Object::new("FUNCTION", "some_of()", "EXECUTE"));
    Some(Relation {
        name: "some_of()".to_owned(),
        fields: vec![Field::new("first", Kind::Text)],
        is_updatable: false,
        has_key: false,
        is_filled: true,
    })
}

/// Gives a column a default that reads a table, where `bytes` say so. PostgreSQL adds no column to a
/// partitioned table whose default reads that table: its partitions have the column later.
pub fn default(sql: &mut String, bytes: &mut Bytes<'_>, tables: &mut Tables, counts: bool) {
    let mut bytes = bytes.stretch(DEFAULT_BYTES);
    let exists = bytes.one_in(2) && counts;
    let name = *bytes.choose(&TABLE_NAMES);
    let table = tables.get_mut(name);
    let Some(table) = table.filter(|it| exists && it.partitioned.is_none()) else {
        return;
    };
    let columns = table.columns.iter_mut().skip(1);
    let mut columns: Vec<_> = columns
        .filter(|it| it.kind() == Kind::Integer && !it.generated && !it.numbered)
        .collect();
    if columns.is_empty() {
        return;
    }
    let place = bytes.pick(columns.len());
    let column = &mut *columns[place];
    column.reads = true;
    let _ = writeln!(
        sql,
        "ALTER TABLE {name} ALTER COLUMN {} SET DEFAULT count_of();",
        column.name
    );
}

/// A body that is a string is read under another search path while an index or a materialized view
/// is made.
fn qualified(name: &str) -> String {
    format!("public.{name}")
}
