//! Triggers on tables and views, their functions, and rules.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    column::Column,
    function::Functions,
    relation::Field,
    table::{TABLE_NAMES, Tables},
};

const FUNCTION_NAMES: [&str; 2] = ["touch", "\"Watch 1\""];
const FUNCTION_BYTES: usize = 4;
const TRIGGERS: usize = 2;
const SLOT_BYTES: usize = 11;
const VIEW_SLOT_BYTES: usize = 4;
const RULE_BYTES: usize = 4;
pub const TRIGGER_BYTES: usize = FUNCTION_NAMES.len() * FUNCTION_BYTES
    + TABLE_NAMES.len() * TRIGGERS * SLOT_BYTES
    + VIEW_SLOT_BYTES
    + RULE_BYTES;
pub const TRIGGER_ABOUTS: usize =
    (FUNCTION_NAMES.len() + TABLE_NAMES.len() * TRIGGERS + 2) * ABOUT_BYTES;

/// What a trigger is on.
struct On<'t> {
    place: usize,
    table: &'t str,
    /// Those that are not generated: not all triggers see the others.
    columns: Vec<&'t Column>,
    /// What its condition can call.
    functions: &'t Functions,
}

/// Writes what `bytes` describe.
pub fn all(
    sql: &mut String,
    bytes: &mut Bytes<'_>,
    abouts: &mut Bytes<'_>,
    (tables, callable): (&Tables, &Functions),
    views: &[&'static str],
) {
    let mut functions = Vec::new();
    for name in FUNCTION_NAMES {
        let stretches = (bytes.stretch(FUNCTION_BYTES), abouts.stretch(ABOUT_BYTES));
        functions.extend(function(sql, name, stretches, tables));
    }
    for name in TABLE_NAMES {
        for place in 0..TRIGGERS {
            let (stretch, about) = (bytes.stretch(SLOT_BYTES), abouts.stretch(ABOUT_BYTES));
            if let Some(table) = tables.get(name) {
                let on = On {
                    place,
                    table: name,
                    columns: table.columns.iter().filter(|it| !it.generated).collect(),
                    functions: callable,
                };
                on_table(sql, &on, stretch, about, &functions);
            }
        }
    }
    let (stretch, about) = (bytes.stretch(VIEW_SLOT_BYTES), abouts.stretch(ABOUT_BYTES));
    on_view(sql, stretch, about, views, &functions);
    let (stretch, about) = (bytes.stretch(RULE_BYTES), abouts.stretch(ABOUT_BYTES));
    rule(sql, stretch, about, tables, views);
}

/// A function that leaves each row as it is.
fn function(
    sql: &mut String,
    name: &'static str,
    (mut bytes, about): (Bytes<'_>, Bytes<'_>),
    tables: &Tables,
) -> Option<&'static str> {
    let exists = bytes.one_in(2);
    let table = TABLE_NAMES[bytes.pick(TABLE_NAMES.len())];
    let first = match bytes.pick(4) {
        2 if tables.contains_key(table) => format!("    PERFORM count(*) FROM public.{table};\n"),
        1 => "    -- Looks at it;\n\n".to_owned(),
        3 => "    IF TG_OP = 'NONE' THEN RAISE 'it''s; none'; END IF;\n".to_owned(),
        _ => String::new(),
    };
    let attributes = bytes.choose(&["", " SECURITY DEFINER", " SET search_path TO 'public'"]);
    if !exists {
        return None;
    }
    let _ = writeln!(
        sql,
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql{attributes} AS $$\n\
         BEGIN\n{first}    RETURN coalesce(NEW, OLD);\nEND;\n$$;"
    );
    let signature = format!("{name}()");
    about::write(sql, about, &Object::new("FUNCTION", &signature, "EXECUTE"));
    Some(name)
}

fn on_table(
    sql: &mut String,
    on: &On<'_>,
    mut bytes: Bytes<'_>,
    mut about: Bytes<'_>,
    functions: &[&str],
) {
    if functions.is_empty() || !bytes.one_in(2) {
        return;
    }
    let function = bytes.choose(functions);
    let column = bytes.choose(&on.columns);
    let argument = bytes.choose(&["", "'a'", "'it''s', 'b'"]);
    let table = on.table;
    let name = ["watched", "\"Also watched\""][on.place];
    let head = match bytes.pick(4) {
        0 => statement(&mut bytes, name, table),
        1 => deferred(&mut bytes, name, table, column),
        variant => row(&mut bytes, variant == 2, name, on, column),
    };
    let _ = writeln!(sql, "{head} EXECUTE FUNCTION {function}({argument});");
    let state = match about.pick(8) {
        5 => "DISABLE",
        6 => "ENABLE REPLICA",
        7 => "ENABLE ALWAYS",
        _ => "",
    };
    if !state.is_empty() {
        let _ = writeln!(sql, "ALTER TABLE {table} {state} TRIGGER {name};");
    }
    about::comment(sql, &mut about, "TRIGGER", &format!("{name} ON {table}"));
}

/// A trigger for each statement.
fn statement(bytes: &mut Bytes<'_>, name: &str, table: &str) -> String {
    let variant = bytes.pick(6);
    let (when, event, rows) = match variant {
        0 => ("BEFORE", "INSERT OR DELETE", ""),
        1 => ("AFTER", "TRUNCATE", ""),
        2 => ("AFTER", "INSERT", " REFERENCING NEW TABLE AS fresh"),
        3 => (
            "AFTER",
            "UPDATE",
            " REFERENCING OLD TABLE AS old_ones NEW TABLE AS fresh",
        ),
        4 => ("AFTER", "DELETE", " REFERENCING OLD TABLE AS old_ones"),
        _ => ("AFTER", "UPDATE OF id", ""),
    };
    format!("CREATE TRIGGER {name} {when} {event} ON {table}{rows} FOR EACH STATEMENT")
}

/// A constraint trigger.
fn deferred(bytes: &mut Bytes<'_>, name: &str, table: &str, column: &Column) -> String {
    let event = bytes.choose(&["INSERT", "UPDATE", "INSERT OR UPDATE", "INSERT OR DELETE"]);
    let deferral = bytes.choose(&["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
    let when = match bytes.pick(3) {
        2 if !event.contains("DELETE") => format!(" WHEN (NEW.{} IS NOT NULL)", column.name),
        _ => String::new(),
    };
    format!(
        "CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {table}{deferral} FOR EACH ROW{when}"
    )
}

/// A trigger for each row.
fn row(bytes: &mut Bytes<'_>, is_before: bool, name: &str, on: &On<'_>, column: &Column) -> String {
    let table = on.table;
    let time = if is_before { "BEFORE" } else { "AFTER" };
    let of = &column.name;
    let event = match bytes.pick(6) {
        0 => "INSERT".to_owned(),
        1 => "UPDATE".to_owned(),
        2 => format!("UPDATE OF {of}"),
        3 => "DELETE".to_owned(),
        4 => format!("INSERT OR UPDATE OF {of}"),
        _ => "INSERT OR DELETE OR UPDATE".to_owned(),
    };
    let new = Field::new(&format!("NEW.{of}"), column.kind());
    let when = match bytes.pick(6) {
        4 if !event.contains("DELETE") => {
            format!(
                " WHEN ({})",
                new.condition(bytes.pick(4), &new.name, on.functions)
            )
        }
        2 if event.starts_with("UPDATE") => {
            format!(" WHEN (OLD.{of} IS DISTINCT FROM NEW.{of})")
        }
        3 if event.starts_with("UPDATE") && !is_before => {
            " WHEN (OLD.* IS DISTINCT FROM NEW.*)".to_owned()
        }
        1..=5 if !event.contains("DELETE") => format!(" WHEN (NEW.{of} IS NOT NULL)"),
        _ => String::new(),
    };
    format!("CREATE TRIGGER {name} {time} {event} ON {table} FOR EACH ROW{when}")
}

/// A trigger that takes the place of what is done to a view.
fn on_view(
    sql: &mut String,
    mut bytes: Bytes<'_>,
    mut about: Bytes<'_>,
    views: &[&str],
    functions: &[&str],
) {
    if views.is_empty() || functions.is_empty() || !bytes.one_in(2) {
        return;
    }
    let (view, function) = (bytes.choose(views), bytes.choose(functions));
    let event = bytes.choose(&["INSERT", "UPDATE", "INSERT OR DELETE"]);
    let _ = writeln!(
        sql,
        "CREATE TRIGGER instead INSTEAD OF {event} ON {view} FOR EACH ROW EXECUTE FUNCTION {function}();"
    );
    about::comment(sql, &mut about, "TRIGGER", &format!("instead ON {view}"));
}

fn rule(
    sql: &mut String,
    mut bytes: Bytes<'_>,
    mut about: Bytes<'_>,
    tables: &Tables,
    views: &[&str],
) {
    let exists = bytes.one_in(2);
    let variant = bytes.pick(4);
    let table = tables.keys().nth(bytes.pick(tables.len().max(1)));
    let (on, action) = match (variant, table, views.first()) {
        (0, _, Some(view)) => (view, "ON DELETE TO {} DO INSTEAD NOTHING"),
        (1, _, Some(view)) => (view, "ON UPDATE TO {} DO INSTEAD (SELECT 1; SELECT 'a;')"),
        (2, Some(table), _) => (
            table,
            "ON DELETE TO {} WHERE OLD.id IS NULL DO ALSO NOTHING",
        ),
        (_, Some(table), _) => (table, "ON UPDATE TO {} DO ALSO NOTHING"),
        (_, None, _) => return,
    };
    if exists {
        let _ = writeln!(
            sql,
            "CREATE RULE \"Ruled\" AS {};",
            action.replace("{}", on)
        );
        about::comment(sql, &mut about, "RULE", &format!("\"Ruled\" ON {on}"));
    }
}
