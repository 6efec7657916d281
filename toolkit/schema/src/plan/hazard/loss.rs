//! What of a value is lost on its way from one built-in type to another. No I/O here.
//!
//! Measured: a value went there by `ALTER COLUMN … TYPE` and came back another one, without an error.

use crate::{catalog::DataType, plan::Conversion};

const INTEGERS: &[(&str, i32)] = &[("smallint", 5), ("integer", 10), ("bigint", 19)];

/// How many decimal digits a floating-point number is sure to keep:
/// <https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT>.
const FLOATS: &[(&str, i32)] = &[("real", 6), ("double precision", 15)];

/// The types with a fraction of a second, and whether they have a date, a time of day and a zone.
const TIMES: &[(&str, [bool; 3])] = &[
    ("timestamp with time zone", [true, true, true]),
    ("timestamp without time zone", [true, true, false]),
    ("time with time zone", [false, true, true]),
    ("time without time zone", [false, true, false]),
    ("date", [true, false, false]),
];

/// Ranges and multiranges by the type of their bounds.
const RANGES: &[(&str, &str)] = &[
    ("num", "numeric"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("ts", "timestamp without time zone"),
    ("tstz", "timestamp with time zone"),
    ("date", "date"),
];

/// Types whose values fit into 63 bytes when they are printed.
const SHORT: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "boolean",
    "uuid",
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "\"char\"",
    "name",
    "macaddr",
    "macaddr8",
    "inet",
    "cidr",
    "money",
    "oid",
];

/// What is lost, in the plural, where values can lose something without an error. Elements of arrays are
/// converted one by one.
pub(super) fn lost(from: &DataType, to: &DataType, conversion: Conversion) -> Option<String> {
    if from == to || from.array != to.array || !from.is_built_in() || !to.is_built_in() {
        return None;
    }
    if let Some((from, to)) = bound(from).zip(bound(to)) {
        return lost(&from, &to, Conversion::ViaText);
    }
    of_strings(from, to)
        .map(str::to_owned)
        .or_else(|| of_numbers(from, to, conversion))
        .or_else(|| of_times(from, to).map(str::to_owned))
        .or_else(|| of_intervals(from, to))
        .or_else(|| of_others(from, to).map(str::to_owned))
}

/// The type of the bounds of a range or a multirange.
fn bound(range: &DataType) -> Option<DataType> {
    let kind = range
        .name
        .strip_suffix("multirange")
        .or_else(|| range.name.strip_suffix("range"))?;
    let (_, bound) = RANGES.iter().find(|(name, _)| *name == kind)?;
    Some(DataType::built_in(bound))
}

pub(super) fn is_text(name: &str) -> bool {
    ["text", "character varying", "character", "bpchar"].contains(&name)
}

/// `name` and `"char"` cut what they are given, and blanks at the end of `character(n)` mean nothing:
/// <https://www.postgresql.org/docs/current/datatype-character.html>.
fn of_strings(from: &DataType, to: &DataType) -> Option<&'static str> {
    let (old, new) = (from.base_name(), to.base_name());
    let may_be_long = !SHORT.contains(&old.as_str());
    match new.as_str() {
        "\"char\"" if old != "\"char\"" && old != "boolean" => Some("all bytes but the first"),
        "name" if may_be_long && !is_short_text(from) => Some("all bytes but the first 63"),
        "character" | "bpchar" if ["text", "character varying"].contains(&old.as_str()) => {
            Some("blanks at the end")
        }
        _ => None,
    }
}

/// Whether a string's limit in characters of up to four bytes is below that of a name.
fn is_short_text(data_type: &DataType) -> bool {
    let limit = data_type.modifier.map(|modifier| modifier - 4);
    is_text(&data_type.base_name()) && limit.is_some_and(|limit| limit * 4 <= 63)
}

/// The digits before and behind the point that a numeric type holds.
pub(super) fn digits(data_type: &DataType) -> Option<(i32, i32)> {
    let name = data_type.base_name();
    if let Some((_, digits)) = INTEGERS.iter().find(|(integer, _)| *integer == name) {
        return Some((*digits, 0));
    }
    let modifier = data_type.modifier.filter(|_| name == "numeric")?;
    let packed = modifier - 4;
    // The scale is a signed number of eleven bits.
    let scale = ((packed & 0x7ff) ^ 0x400) - 0x400;
    let precision = (packed >> 16) & 0xffff;
    Some((precision - scale, scale))
}

pub(super) fn is_number(name: &str) -> bool {
    let floats = FLOATS.iter().map(|(name, _)| *name);
    let mut numbers = floats.chain(INTEGERS.iter().map(|(name, _)| *name));
    ["numeric", "money"].contains(&name) || numbers.any(|number| number == name)
}

fn float_digits(name: &str) -> Option<i32> {
    let known = FLOATS.iter().find(|(float, _)| *float == name);
    known.map(|(_, digits)| *digits)
}

fn of_numbers(from: &DataType, to: &DataType, conversion: Conversion) -> Option<String> {
    let (old, new) = (from.base_name(), to.base_name());
    let is_printed = match conversion {
        // What a string holds, nobody knows.
        Conversion::Cast | Conversion::ViaText => {
            is_text(&old) || ["json", "jsonb"].contains(&old.as_str())
        }
        Conversion::Assignment | Conversion::ViaInteger => false,
    };
    if !(is_number(&old) || is_printed) || !is_number(&new) {
        return None;
    }
    if let Some(kept) = float_digits(&new) {
        return beyond(from, kept, float_digits(&old));
    }
    if let Some(kept) = float_digits(&old).filter(|_| new == "numeric" && to.modifier.is_none()) {
        // A cast to numeric prints no more: 16777216::real becomes 16777200.
        return Some(format!("digits beyond the {kept}th"));
    }
    let is_integer = INTEGERS.iter().any(|(integer, _)| *integer == new);
    // Text with decimal places is no integer, so that fails.
    let reads = conversion == Conversion::ViaText || is_text(&old);
    if is_integer && reads {
        return None;
    }
    let places = |data_type: &DataType| match data_type.base_name().as_str() {
        "money" => Some(2),
        _ => digits(data_type).map(|(_, places)| places),
    };
    let kept = places(to)?;
    if places(from).is_some_and(|places| places <= kept) {
        return None;
    }
    Some(match kept {
        ..0 => format!("digits below 10^{}", -kept),
        0 => "decimal places".to_owned(),
        _ => format!("decimal places beyond {kept}"),
    })
}

/// Digits that a floating-point number of `kept` digits loses.
fn beyond(from: &DataType, kept: i32, float: Option<i32>) -> Option<String> {
    let all = float.or_else(|| digits(from).map(|(before, behind)| before + behind));
    let fits = all.is_some_and(|all| all <= kept);
    (!fits).then(|| format!("digits beyond the {kept}th"))
}

fn of_times(from: &DataType, to: &DataType) -> Option<&'static str> {
    let parts = |data_type: &DataType| {
        let name = data_type.base_name();
        let known = TIMES.iter().find(|(time, _)| *time == name);
        known.map(|(_, parts)| *parts)
    };
    let new = parts(to)?;
    let is_string = is_text(&from.base_name());
    let old = match parts(from) {
        Some(old) => old,
        None if from.base_name() == "interval" => {
            return (!new[0]).then_some("days, months and years");
        }
        None if is_string => [true, true, true],
        None => return None,
    };
    let is_gone = |part: usize| old[part] && !new[part];
    // A date needs no zone to be read, and is one day in all of them.
    let zone = is_gone(2) && new[1];
    match (is_gone(0), is_gone(1), zone) {
        (true, _, _) => Some("dates"),
        (_, true, _) => Some("times of day"),
        (_, _, true) => Some("time zones"),
        (false, false, false) => {
            let precision = |data_type: &DataType| data_type.modifier.unwrap_or(6);
            let is_cut = old[1] && new[1] && precision(to) < precision(from);
            (is_cut || is_string && new[1] && precision(to) < 6).then_some("fractions of seconds")
        }
    }
}

/// `INTERVAL_MASK` of each unit, from the smallest on.
const UNITS: &[(&str, i32)] = &[
    ("second", 12),
    ("minute", 11),
    ("hour", 10),
    ("day", 3),
    ("month", 1),
    ("year", 2),
];

/// The smallest unit that an interval type keeps, by its place in [`UNITS`], and its digits of a second:
/// <https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-INPUT>.
fn resolution(data_type: &DataType) -> (usize, i32) {
    const FULL_RANGE: i32 = 0x7fff;
    const FULL_PRECISION: i32 = 0xffff;
    let Some(modifier) = data_type.modifier else {
        return (0, 6);
    };
    let (range, precision) = ((modifier >> 16) & FULL_RANGE, modifier & FULL_PRECISION);
    let holds = |(_, bit): &(&str, i32)| range == FULL_RANGE || range & (1 << bit) != 0;
    let unit = UNITS.iter().position(holds).unwrap_or(0);
    (
        unit,
        if precision == FULL_PRECISION {
            6
        } else {
            precision
        },
    )
}

fn of_intervals(from: &DataType, to: &DataType) -> Option<String> {
    let is_interval = |data_type: &DataType| data_type.base_name() == "interval";
    if !is_interval(to) {
        return None;
    }
    let (old, new) = match from.base_name().as_str() {
        "time without time zone" => ((0, from.modifier.unwrap_or(6)), resolution(to)),
        _ if is_interval(from) => (resolution(from), resolution(to)),
        name if is_text(name) => ((0, 6), resolution(to)),
        _ => return None,
    };
    if new.0 > old.0 {
        let (unit, _) = UNITS.get(new.0)?;
        let article = if *unit == "hour" { "an" } else { "a" };
        return Some(format!("parts smaller than {article} {unit}"));
    }
    (old.0 == 0 && new.0 == 0 && new.1 < old.1).then(|| "fractions of seconds".to_owned())
}

fn of_others(from: &DataType, to: &DataType) -> Option<&'static str> {
    let (old, new) = (from.base_name(), to.base_name());
    match (old.as_str(), new.as_str()) {
        // https://www.postgresql.org/docs/current/datatype-json.html
        ("json" | "text" | "character varying" | "character", "jsonb") => {
            Some("the order of keys, repeated keys and blanks")
        }
        ("inet", "cidr") => Some("the bits of hosts"),
        ("smallint" | "integer" | "bigint", "boolean") => Some("numbers other than 0 and 1"),
        (old, "tsvector") if old != "tsvector" => Some("the order of words and repeated words"),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::lost;
    use crate::{catalog::DataType, plan::casts::conversion};

    fn data_type(name: &str, modifier: Option<i32>) -> DataType {
        DataType {
            modifier,
            ..DataType::built_in(name)
        }
    }

    fn numeric(precision: i32, scale: i32) -> DataType {
        let name = format!("numeric({precision},{scale})");
        data_type(&name, Some((precision << 16 | scale & 0x7ff) + 4))
    }

    fn plain(name: &str) -> DataType {
        data_type(name, None)
    }

    /// `interval` with the bits of its fields and its digits of a second.
    fn interval(name: &str, bits: &[i32], precision: i32) -> DataType {
        let range = bits.iter().fold(0, |range, bit| range | 1 << bit);
        data_type(name, Some(range << 16 | precision))
    }

    #[test]
    fn what_a_conversion_cuts_without_an_error() {
        let (timestamp, moment) = ("timestamp without time zone", "timestamp with time zone");
        let precise = |name: &str, digits: i32| data_type(name, Some(digits));
        for (from, to, expected) in [
            (numeric(10, 4), numeric(10, 2), "decimal places beyond 2"),
            (numeric(5, 0), numeric(3, -2), "digits below 10^2"),
            (plain("numeric"), plain("integer"), "decimal places"),
            (plain("real"), plain("bigint"), "decimal places"),
            (plain("jsonb"), plain("integer"), "decimal places"),
            (plain("numeric"), plain("money"), "decimal places beyond 2"),
            (
                plain("bigint"),
                plain("double precision"),
                "digits beyond the 15th",
            ),
            (
                plain("double precision"),
                plain("real"),
                "digits beyond the 6th",
            ),
            (plain("real"), plain("numeric"), "digits beyond the 6th"),
            (plain("text"), numeric(10, 2), "decimal places beyond 2"),
            (plain(moment), plain("date"), "times of day"),
            (plain(moment), plain("time without time zone"), "dates"),
            (plain(moment), plain(timestamp), "time zones"),
            (
                plain("time with time zone"),
                plain("time without time zone"),
                "time zones",
            ),
            (plain("text"), plain("date"), "times of day"),
            (
                plain(timestamp),
                precise("timestamp(3) without time zone", 3),
                "fractions of seconds",
            ),
            (plain("tstzrange"), plain("daterange"), "times of day"),
            (
                plain("interval"),
                plain("time without time zone"),
                "days, months and years",
            ),
            (
                plain("interval"),
                interval("interval year to month", &[1, 2], 0xffff),
                "parts smaller than a month",
            ),
            (
                plain("interval"),
                interval("interval hour to minute", &[10, 11], 0xffff),
                "parts smaller than a minute",
            ),
            (
                plain("interval"),
                precise("interval(0)", 0x7fff << 16),
                "fractions of seconds",
            ),
            (
                plain("json"),
                plain("jsonb"),
                "the order of keys, repeated keys and blanks",
            ),
            (
                plain("integer"),
                plain("boolean"),
                "numbers other than 0 and 1",
            ),
            (plain("inet"), plain("cidr"), "the bits of hosts"),
            (
                plain("text"),
                data_type("character(3)", Some(7)),
                "blanks at the end",
            ),
            (plain("text"), plain("name"), "all bytes but the first 63"),
            (plain("text"), plain("\"char\""), "all bytes but the first"),
        ] {
            let lost = lost(&from, &to, conversion(&from, &to));
            assert_eq!(lost.as_deref(), Some(expected), "{from:?} → {to:?}");
        }
    }

    #[test]
    fn what_fails_or_fits_loses_nothing() {
        for (from, to) in [
            (plain("integer"), plain("bigint")),
            (plain("integer"), plain("double precision")),
            (plain("smallint"), plain("real")),
            (plain("bigint"), plain("integer")),
            (numeric(10, 2), numeric(8, 2)),
            (numeric(10, 2), numeric(12, 4)),
            (numeric(10, 2), plain("double precision")),
            (numeric(5, 0), plain("integer")),
            (plain("text"), plain("integer")),
            (plain("text"), data_type("character varying(3)", Some(7))),
            (data_type("character varying(10)", Some(14)), plain("name")),
            (plain("uuid"), plain("text")),
            (plain("date"), plain("timestamp with time zone")),
            (
                plain("timestamp without time zone"),
                plain("timestamp with time zone"),
            ),
            (plain("time without time zone"), plain("interval")),
            (plain("jsonb"), plain("json")),
            (data_type("bit(8)", Some(8)), data_type("bit(4)", Some(4))),
            (plain("boolean"), plain("integer")),
            (plain("int4range"), plain("int8range")),
        ] {
            let lost = lost(&from, &to, conversion(&from, &to));
            assert_eq!(lost, None, "{from:?} → {to:?}");
        }
    }
}
