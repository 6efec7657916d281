//! Values for rows: each is written as PostgreSQL prints it, so that it is the same value whether a
//! row was stored with it or converted to it.

use crate::{composite::COMPOSITE_NAMES, schema::Enums};

/// How many different rows a table gets at most.
pub const ROWS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    /// Up to so many characters.
    Text(usize),
    Number,
    Boolean,
    Moment,
    Span,
    Json,
    Enum,
    EnumArray,
    TextArray,
    IntegerArray,
    /// Converted to text and back only.
    Other,
}

/// A column's type on one side.
#[derive(Clone, Copy)]
pub struct Typed<'s> {
    pub data_type: &'static str,
    pub enums: &'s Enums,
}

/// The value of row `row` in a column that is `from` on one side and `to` on the other: one that
/// can become the other and back.
///
/// None where PostgreSQL has no way for any value: between booleans and numbers that are no
/// integers, between times of day and dates, between uuid, bytea or inet and anything but text,
/// between arrays and what is none, where the text is longer than its column may hold, and of
/// composite types, which may differ. There the column is null in all rows; where it must not be null, the table has no rows.
pub fn value(from: Typed<'_>, to: Typed<'_>, row: usize) -> Option<String> {
    use Family::{
        Boolean, Enum, EnumArray, IntegerArray, Json, Moment, Number, Other, Span, Text, TextArray,
    };
    if [from, to]
        .iter()
        .any(|typed| COMPOSITE_NAMES.contains(&typed.data_type))
    {
        return None;
    }
    let plain = |typed: Typed<'_>| own(typed.data_type, &values(typed), row);
    let n = row + 1;
    let families = (family(from.data_type), family(to.data_type));
    let are_alike = from.data_type == to.data_type || matches!(families, (Text(_), Text(_)));
    match families {
        (Enum | EnumArray, Enum | EnumArray) if is_array(from) == is_array(to) => {
            let others = values(to);
            let mut common = values(from);
            common.retain(|value| others.contains(value));
            Some(own(from.data_type, &common, row))
        }
        _ if are_alike => Some(plain(from)),
        (Text(limit), _) => Some(plain(to)).filter(|value| value.len() <= limit),
        (_, Text(limit)) => Some(plain(from)).filter(|value| value.len() <= limit),
        (Number, Number | Json) | (Json, Number) => {
            let keep_scale = |typed: Typed<'_>| {
                typed.data_type.starts_with("numeric") || typed.data_type == "jsonb"
            };
            let is_scaled = |typed: Typed<'_>| typed.data_type.ends_with(",2)");
            let is_printed = keep_scale(from) && keep_scale(to);
            let zeros = if is_printed && (is_scaled(from) || is_scaled(to)) {
                ".00"
            } else {
                ""
            };
            Some(format!("{n}{zeros}"))
        }
        (Boolean, Json) | (Json, Boolean) => Some(row.is_multiple_of(2).to_string()),
        (Boolean, Number) if is_integer(to) => Some((n % 2).to_string()),
        (Number, Boolean) if is_integer(from) => Some((n % 2).to_string()),
        (Moment, Moment) => Some(format!("2020-01-0{n}")),
        (Span, Span) => Some(format!("0{n}:00:00")),
        (EnumArray, TextArray) => Some(plain(from)),
        (TextArray, EnumArray) => Some(plain(to)),
        (TextArray, IntegerArray) | (IntegerArray, TextArray) => Some(format!("{{{n}}}")),
        (
            Number | Boolean | Moment | Span | Json | Enum | EnumArray | TextArray | IntegerArray
            | Other,
            _,
        ) => None,
    }
}

fn is_integer(typed: Typed<'_>) -> bool {
    ["smallint", "integer", "bigint"].contains(&typed.data_type)
}

fn is_array(typed: Typed<'_>) -> bool {
    typed.data_type.ends_with("[]")
}

/// The values of the enum type, if it is one.
fn values(typed: Typed<'_>) -> Vec<&'static str> {
    let name = typed.data_type.trim_end_matches("[]");
    typed.enums.get(name).cloned().unwrap_or_default()
}

fn family(data_type: &str) -> Family {
    match data_type {
        "text" | "varchar" => Family::Text(usize::MAX),
        "varchar(20)" => Family::Text(20),
        "varchar(40)" => Family::Text(40),
        "char(3)" => Family::Text(3),
        "smallint" | "integer" | "bigint" | "numeric" | "numeric(10,2)" | "numeric(12,2)"
        | "double precision" => Family::Number,
        "boolean" => Family::Boolean,
        "date" | "timestamp" | "timestamptz" | "timestamptz(3)" => Family::Moment,
        "time(3)" | "interval" => Family::Span,
        "jsonb" => Family::Json,
        "text[]" => Family::TextArray,
        "integer[]" => Family::IntegerArray,
        it if it.contains("tate") && it.ends_with("[]") => Family::EnumArray,
        it if it.contains("tate") => Family::Enum,
        _ => Family::Other,
    }
}

/// A value of the type itself; of an enum type one of `values`.
fn own(data_type: &str, values: &[&'static str], row: usize) -> String {
    let n = row + 1;
    let label = || values[row % values.len()];
    match data_type {
        "smallint" | "integer" | "bigint" | "numeric" | "double precision" | "jsonb" => {
            n.to_string()
        }
        "numeric(10,2)" | "numeric(12,2)" => format!("{n}.00"),
        "boolean" => row.is_multiple_of(2).to_string(),
        "date" => format!("2020-01-0{n}"),
        "timestamp" => format!("2020-01-0{n} 00:00:00"),
        "timestamptz" | "timestamptz(3)" => format!("2020-01-0{n} 00:00:00+00"),
        "time(3)" | "interval" => format!("0{n}:00:00"),
        "uuid" => format!("00000000-0000-0000-0000-00000000000{n}"),
        "bytea" => format!("\\x0{n}"),
        "inet" => format!("10.0.0.{n}/8"),
        "integer[]" => format!("{{{n}}}"),
        "text[]" => format!("{{a,{n}}}"),
        it if it.contains("tate") && it.ends_with("[]") => match label() {
            spaced if spaced.contains(' ') => format!("{{\"{spaced}\"}}"),
            plain => format!("{{{plain}}}"),
        },
        it if it.contains("tate") => label().to_owned(),
        _ => ["a", "b'c", "x2", "x3"][row].to_owned(),
    }
}
