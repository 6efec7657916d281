//! Functions that read no table, so that anything can use them: columns, checks, indexes, domains,
//! views, policies, triggers, and one another.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    column::Kind,
};

const SLOT_BYTES: usize = 6;
const CYCLE_BYTES: usize = 3;
const AGGREGATE_BYTES: usize = 3;
const PROCEDURE_BYTES: usize = 4;
pub const FUNCTION_BYTES: usize =
    SLOTS.len() * SLOT_BYTES + CYCLE_BYTES + AGGREGATE_BYTES + PROCEDURE_BYTES;
pub const FUNCTION_ABOUTS: usize = (SLOTS.len() + 3) * ABOUT_BYTES;

/// A function that may take one form or another.
struct Slot {
    name: &'static str,
    /// The arguments as they are declared, their types alone, and the first one's name.
    arguments: &'static [(&'static str, &'static str, &'static str)],
    results: &'static [&'static str],
    /// What it gives, with `{}` for its first argument.
    expressions: &'static [&'static str],
}

const TWICE: usize = 0;
const CLEAN: usize = 1;
const IS_FINE: usize = 2;
const OVER_INTEGER: usize = 3;
const OVER_TEXT: usize = 4;
const OVER_BOTH: usize = 5;
const ADD_UP: usize = 6;

const SLOTS: [Slot; 7] = [
    Slot {
        name: "twice",
        arguments: &[
            ("x integer", "integer", "x"),
            ("x integer, y integer DEFAULT 1", "integer, integer", "x"),
            ("x integer, y integer DEFAULT 2", "integer, integer", "x"),
            ("n integer", "integer", "n"),
            ("x bigint", "bigint", "x"),
        ],
        results: &["integer", "bigint", "numeric"],
        expressions: &[
            "{} * 2",
            "{} + {}",
            "CASE WHEN {} > 0 THEN {} * 2 ELSE {} - 5 END",
        ],
    },
    Slot {
        name: "\"Clean it\"",
        arguments: &[
            ("t text", "text", "t"),
            ("t text, tail text DEFAULT ''", "text, text", "t"),
            ("v text", "text", "v"),
            ("VARIADIC t text[]", "text[]", "t[1]"),
        ],
        results: &["text", "varchar"],
        expressions: &["lower({})", "trim({})", "coalesce({}, 'it''s; none')"],
    },
    Slot {
        name: "is_fine",
        arguments: &[
            ("x integer", "integer", "x"),
            ("IN n integer", "integer", "n"),
        ],
        results: &["boolean"],
        expressions: &[
            "{} IS DISTINCT FROM 77",
            "public.twice({}) <> 77",
            "{} NOT IN (77, 78)",
            "public.twice({}) NOT IN (77, 78)",
        ],
    },
    Slot {
        name: "over",
        arguments: &[("x integer", "integer", "x"), ("y integer", "integer", "y")],
        results: &["integer", "text"],
        expressions: &["{}", "-({})"],
    },
    Slot {
        name: "over",
        arguments: &[("x text", "text", "x"), ("y text", "text", "y")],
        results: &["text", "varchar"],
        expressions: &["{}", "{} || '!'"],
    },
    Slot {
        name: "over",
        arguments: &[("x integer, y integer", "integer, integer", "x")],
        results: &["integer", "bigint"],
        expressions: &["{} + y", "{} - y"],
    },
    Slot {
        name: "add_up",
        arguments: &[
            ("x integer, y integer", "integer, integer", "x"),
            ("a integer, y integer", "integer, integer", "a"),
        ],
        results: &["integer"],
        expressions: &["coalesce({}, 0) + coalesce(y, 0)", "coalesce({} + y, 0)"],
    },
];

/// What a function may say about itself beside being immutable.
const ATTRIBUTES: [&str; 8] = [
    "",
    "",
    " STRICT",
    " PARALLEL SAFE",
    " COST 7",
    " SECURITY DEFINER",
    " SET search_path TO 'public'",
    " LEAKPROOF PARALLEL RESTRICTED",
];

/// The functions that a schema has.
#[derive(Debug, Default)]
pub struct Functions {
    exists: [bool; SLOTS.len()],
    cycle: bool,
    aggregate: bool,
}

/// Writes the functions that `bytes` describe.
pub fn all(sql: &mut String, bytes: &mut Bytes<'_>, abouts: &mut Bytes<'_>) -> Functions {
    let mut functions = Functions::default();
    for (place, slot) in SLOTS.iter().enumerate() {
        let mut bytes = bytes.stretch(SLOT_BYTES);
        let about = abouts.stretch(ABOUT_BYTES);
        if !bytes.one_in(2) {
            continue;
        }
        let signature = create(sql, slot, &mut bytes, &functions);
        let object = Object::new("FUNCTION", &signature, "EXECUTE");
        about::write(sql, about, &object);
        functions.exists[place] = true;
    }
    functions.cycle = cycle(sql, bytes, abouts.stretch(ABOUT_BYTES));
    let bytes_of_aggregate = bytes.stretch(AGGREGATE_BYTES);
    let about = abouts.stretch(ABOUT_BYTES);
    functions.aggregate = aggregate(sql, bytes_of_aggregate, about, &functions);
    let about = abouts.stretch(ABOUT_BYTES);
    procedure(sql, bytes.stretch(PROCEDURE_BYTES), about, &functions);
    functions
}

/// Writes one function; gives how comments name it.
fn create(sql: &mut String, slot: &Slot, bytes: &mut Bytes<'_>, functions: &Functions) -> String {
    let (arguments, types, first) = *bytes.choose(slot.arguments);
    let result = bytes.choose(slot.results);
    let mut expression = *bytes.choose(slot.expressions);
    if expression.contains("twice") && !functions.exists[TWICE] {
        expression = slot.expressions[0];
    }
    let expression = expression.replace("{}", first);
    let language = bytes.pick(4);
    let attributes = bytes.choose(&ATTRIBUTES);
    let body = body(language, &expression);
    let language = if language == 3 { "plpgsql" } else { "sql" };
    let name = slot.name;
    let _ = writeln!(
        sql,
        "CREATE FUNCTION {name}({arguments}) RETURNS {result} LANGUAGE {language} IMMUTABLE{attributes} {body};"
    );
    format!("{name}({types})")
}

/// A body that gives `expression`: a string, a standard one, a block of it, or a procedural one.
pub fn body(language: usize, expression: &str) -> String {
    match language {
        0 => format!("AS $$SELECT {expression}$$"),
        1 => format!("RETURN {expression}"),
        2 => format!("BEGIN ATOMIC\n SELECT {expression};\nEND"),
        _ => {
            format!("AS $body$\nBEGIN\n    -- Gives it;\n\n    RETURN {expression};\nEND;\n$body$")
        }
    }
}

/// Two functions that call each other.
fn cycle(sql: &mut String, bytes: &mut Bytes<'_>, about: Bytes<'_>) -> bool {
    let mut bytes = bytes.stretch(CYCLE_BYTES);
    let exists = bytes.one_in(2);
    let (argument, limit) = (bytes.choose(&["n", "m"]), bytes.choose(&["9", "8"]));
    if exists {
        for (name, other, rest) in [("even", "odd", "0"), ("odd", "even", "1")] {
            let _ = writeln!(
                sql,
                "CREATE FUNCTION {name}({argument} integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$\n\
                 BEGIN\n    \
                 IF {argument} BETWEEN 1 AND {limit} THEN RETURN public.{other}({argument} - 1); END IF;\n    \
                 RETURN {argument} % 2 = {rest};\nEND $$;"
            );
        }
        let object = Object::new("FUNCTION", "odd(integer)", "EXECUTE");
        about::write(sql, about, &object);
    }
    exists
}

fn aggregate(
    sql: &mut String,
    mut bytes: Bytes<'_>,
    about: Bytes<'_>,
    functions: &Functions,
) -> bool {
    let exists = bytes.one_in(2);
    let step = match bytes.pick(2) {
        1 if functions.exists[ADD_UP] => "add_up",
        _ => "int4pl",
    };
    let options = bytes.choose(&["", ", INITCOND = '0'", ", PARALLEL = SAFE"]);
    if exists {
        let _ = writeln!(
            sql,
            "CREATE AGGREGATE total(integer) (SFUNC = {step}, STYPE = integer{options});"
        );
        let object = Object::new("AGGREGATE", "total(integer)", "EXECUTE");
        about::write(sql, about, &object);
    }
    exists
}

fn procedure(sql: &mut String, mut bytes: Bytes<'_>, about: Bytes<'_>, functions: &Functions) {
    let exists = bytes.one_in(2);
    let argument = bytes.choose(&["x integer", "INOUT x integer", "n integer DEFAULT 3"]);
    let name = if argument.starts_with('n') { "n" } else { "x" };
    let value = match bytes.pick(2) {
        1 if functions.exists[TWICE] => format!("public.twice({name})::integer"),
        _ => format!("{name} + 1"),
    };
    let body = match bytes.pick(3) {
        0 => format!("LANGUAGE sql AS $$SELECT {value}$$"),
        1 => format!("LANGUAGE sql BEGIN ATOMIC\n SELECT {value};\nEND"),
        _ => format!("LANGUAGE plpgsql AS $$\nBEGIN\n    {name} := {value};\nEND;\n$$"),
    };
    if exists {
        let _ = writeln!(sql, "CREATE PROCEDURE work({argument}) {body};");
        let object = Object::new("PROCEDURE", "work(integer)", "EXECUTE");
        about::write(sql, about, &object);
    }
}

impl Functions {
    /// What those functions make of `value` that take it, as an index can hold it.
    pub fn expression(&self, variant: usize, value: &str, kind: Kind) -> Option<String> {
        let choices: &[(usize, &str)] = match kind {
            Kind::Integer => &[
                (TWICE, "twice({})"),
                (OVER_INTEGER, "over({})"),
                (OVER_BOTH, "over({}, 1)"),
            ],
            Kind::Text => &[(CLEAN, "\"Clean it\"({})"), (OVER_TEXT, "over({})")],
            Kind::State | Kind::Other => &[],
        };
        let choices: Vec<_> = choices
            .iter()
            .filter(|(place, _)| self.exists[*place])
            .collect();
        let (_, call) = choices.get(variant % choices.len().max(1))?;
        Some(call.replace("{}", value))
    }

    /// A condition on `value` that most values meet.
    pub fn condition(&self, variant: usize, value: &str, kind: Kind) -> Option<String> {
        let choices: &[(bool, &str)] = match kind {
            Kind::Integer => &[
                (self.exists[TWICE], "twice({}) <> 77"),
                (self.exists[IS_FINE], "is_fine({})"),
                (self.cycle, "even({}) IN (true, false)"),
                (self.exists[OVER_BOTH], "over({}, 1) > -900"),
            ],
            Kind::Text => &[
                (self.exists[CLEAN], "\"Clean it\"({}) <> 'zzz'"),
                (self.exists[OVER_TEXT], "over({}) IS DISTINCT FROM 'x'"),
            ],
            Kind::State | Kind::Other => &[],
        };
        let choices: Vec<_> = choices.iter().filter(|(exists, _)| *exists).collect();
        let (_, condition) = choices.get(variant % choices.len().max(1))?;
        Some(condition.replace("{}", value))
    }

    /// A constant value of a column.
    pub fn constant(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Integer if self.exists[TWICE] => Some("twice(3)"),
            Kind::Text if self.exists[CLEAN] => Some("\"Clean it\"('A')"),
            Kind::Integer | Kind::Text | Kind::State | Kind::Other => None,
        }
    }

    /// The aggregate, if there is one.
    pub fn aggregate(&self) -> Option<&'static str> {
        self.aggregate.then_some("total")
    }
}
