//! Whether every value of a built-in type can be assigned to another one. No I/O here.

use super::loss::{digits, is_number, is_text};
use crate::catalog::DataType;

/// How many characters the values of a type have at most when they are printed.
const LENGTHS: &[(&str, i32)] = &[
    ("boolean", 5),
    ("smallint", 6),
    ("integer", 11),
    ("bigint", 20),
    ("uuid", 36),
];

/// Whether an assignment cast fails at no value, whatever it cuts.
pub(super) fn fits(from: &DataType, to: &DataType) -> bool {
    if from == to {
        return true;
    }
    if !to.is_built_in() {
        return false;
    }
    let (old, new) = (from.base_name(), to.base_name());
    match new.as_str() {
        "name" | "\"char\"" => true,
        new if is_text(new) => string_fits(from, to),
        _ if !from.is_built_in() => false,
        new if is_number(&old) && is_number(new) => number_fits(from, to),
        // A string of bits has its length, and one of varying length at most its own.
        "bit" => old == new && from.modifier == to.modifier,
        "bit varying" => is_no_longer(from, to),
        "macaddr" => old == "macaddr",
        // \u0000 cannot be stored: https://www.postgresql.org/docs/current/datatype-json.html
        "jsonb" => old == "jsonb",
        _ => true,
    }
}

fn string_fits(from: &DataType, to: &DataType) -> bool {
    let Some(limit) = to.modifier.map(|modifier| modifier - 4) else {
        return true;
    };
    let old = from.base_name();
    if from.is_built_in() && is_text(&old) {
        return is_no_longer(from, to);
    }
    if let Some((before, behind)) = digits(from).filter(|_| old == "numeric") {
        // A sign, a zero before the point and the point.
        return before.max(1) + behind.max(0) + 2 <= limit;
    }
    let known = LENGTHS.iter().find(|(name, _)| *name == old);
    from.is_built_in() && !from.array && known.is_some_and(|(_, length)| *length <= limit)
}

fn is_no_longer(from: &DataType, to: &DataType) -> bool {
    match (from.modifier, to.modifier) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(from), Some(to)) => from <= to,
    }
}

fn number_fits(from: &DataType, to: &DataType) -> bool {
    const INTEGER_DIGITS: &[(&str, i32)] = &[("smallint", 4), ("integer", 9), ("bigint", 18)];
    const FLOAT_DIGITS: &[(&str, i32)] = &[("real", 38), ("double precision", 307)];
    let (old, new) = (from.base_name(), to.base_name());
    let held = digits(from);
    let floats = ["real", "double precision"];
    if new == "numeric" && to.modifier.is_none() {
        return true;
    }
    if floats.contains(&old.as_str()) {
        return old == "real" && new == "double precision";
    }
    // What money holds is between that of an integer and of a bigint with two decimal places.
    if old == "money" || new == "money" {
        return ["smallint", "integer"].contains(&old.as_str());
    }
    let Some((before, behind)) = held else {
        return false;
    };
    let place = |name: &str| {
        INTEGER_DIGITS
            .iter()
            .position(|(integer, _)| *integer == name)
    };
    if let Some((old, new)) = place(&old).zip(place(&new)) {
        return old <= new;
    }
    let room = INTEGER_DIGITS.iter().chain(FLOAT_DIGITS);
    let room = room.clone().find(|(name, _)| *name == new);
    if let Some((_, room)) = room {
        return before <= *room;
    }
    digits(to).is_some_and(|(room, places)| {
        // 9.99 becomes 10.0 where a place goes.
        let carries = i32::from(places < behind);
        before + carries <= room
    })
}

#[cfg(test)]
mod tests {
    use super::fits;
    use crate::catalog::DataType;

    fn data_type(name: &str, modifier: Option<i32>) -> DataType {
        DataType {
            modifier,
            ..DataType::built_in(name)
        }
    }

    fn numeric(precision: i32, scale: i32) -> DataType {
        data_type("numeric", Some((precision << 16 | scale & 0x7ff) + 4))
    }

    fn varchar(limit: i32) -> DataType {
        data_type("character varying", Some(limit + 4))
    }

    #[test]
    fn what_fails_at_some_value() {
        let plain = |name: &str| data_type(name, None);
        for (from, to, expected) in [
            (plain("smallint"), plain("bigint"), true),
            (plain("bigint"), plain("integer"), false),
            (plain("bigint"), plain("real"), true),
            (plain("real"), plain("double precision"), true),
            (plain("double precision"), plain("real"), false),
            (plain("double precision"), plain("numeric"), true),
            (plain("numeric"), plain("bigint"), false),
            (numeric(9, 0), plain("integer"), true),
            (numeric(10, 0), plain("integer"), false),
            (numeric(10, 4), numeric(10, 2), true),
            (numeric(3, 2), numeric(2, 1), false),
            (plain("integer"), numeric(10, 0), true),
            (plain("integer"), numeric(10, 2), false),
            (plain("integer"), plain("money"), true),
            (plain("bigint"), plain("money"), false),
            (varchar(5), varchar(10), true),
            (varchar(10), varchar(5), false),
            (plain("integer"), varchar(11), true),
            (plain("integer"), varchar(10), false),
            (numeric(10, 2), varchar(12), true),
            (plain("uuid"), varchar(36), true),
            (plain("timestamp with time zone"), varchar(30), false),
            (plain("text"), plain("name"), true),
            (plain("timestamp with time zone"), plain("date"), true),
            (
                data_type("bit(8)", Some(8)),
                data_type("bit(9)", Some(9)),
                false,
            ),
            (plain("json"), plain("jsonb"), false),
            (plain("jsonb"), plain("json"), true),
        ] {
            assert_eq!(fits(&from, &to), expected, "{from:?} → {to:?}");
        }
    }
}
