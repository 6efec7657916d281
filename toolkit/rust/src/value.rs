//! Defaults: as Rust values where they are the same, else as SQL.

use super::{code::Code, names::Names};
use crate::catalog::{Column, DataType};

/// The value of `default`, to stand in `.default(…)`.
pub(super) fn default_value(sql: &str, data_type: &DataType, names: &Names<'_>) -> Code {
    match sql {
        "true" | "false" => return Code::raw(sql),
        "CURRENT_TIMESTAMP" => return Code::Call("Expr::current_timestamp", Vec::new()),
        _ => {}
    }
    let number = integer(sql)
        .or_else(|| negative(sql, data_type).and_then(integer))
        .or_else(|| fraction(sql));
    if let Some(number) = number {
        return Code::raw(number);
    }
    match string(sql, data_type, names) {
        Some(text) => Code::text(text),
        None => Code::expression(sql),
    }
}

/// The same where the column's type is not known.
pub(super) fn untyped(sql: &str, names: &Names<'_>) -> Code {
    default_value(sql, &DataType::built_in(""), names)
}

/// Whether the column is `NOT NULL DEFAULT CURRENT_TIMESTAMP`, for which there are functions.
pub(super) fn defaults_to_now(column: &Column) -> bool {
    !column.nullable
        && column
            .default
            .as_ref()
            .is_some_and(|default| default.sql == "CURRENT_TIMESTAMP")
        && !column.data_type.array
        && column.data_type.is_built_in()
}

/// `digits` in groups of three, from six digits on.
pub(super) fn grouped(digits: &str) -> String {
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits), |digits| ("-", digits));
    if digits.len() < 6 {
        return format!("{sign}{digits}");
    }
    let mut grouped = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

fn integer(sql: &str) -> Option<String> {
    let number: i64 = sql.parse().ok()?;
    if number.to_string() != sql {
        return None;
    }
    let suffix = if i32::try_from(number).is_ok() {
        ""
    } else {
        "_i64"
    };
    Some(format!("{}{suffix}", grouped(sql)))
}

fn fraction(sql: &str) -> Option<String> {
    let number: f64 = sql.parse().ok()?;
    let plain =
        sql.len() <= 6 && sql.contains('.') && sql.chars().all(|c| c.is_ascii_digit() || c == '.');
    (plain && number.to_string() == sql).then(|| sql.to_owned())
}

/// PostgreSQL prints `-5` as `'-5'::integer`.
fn negative<'d>(sql: &'d str, data_type: &DataType) -> Option<&'d str> {
    let number = sql.strip_prefix('\'')?.strip_suffix("'::integer")?;
    let is_number =
        ["smallint", "integer", "bigint"].contains(&data_type.name.as_str()) && !data_type.array;
    (is_number && number.starts_with('-') && i32::try_from(number.parse::<i64>().ok()?).is_ok())
        .then_some(number)
}

/// The text of `'text'::type` where the cast says no more than the column's own type does.
fn string(sql: &str, data_type: &DataType, names: &Names<'_>) -> Option<String> {
    let (quoted, cast) = sql.strip_prefix('\'')?.rsplit_once("'::")?;
    // Whether a quote inside is one of a pair, and not the end of this text.
    if quoted.replace("''", "").contains('\'') {
        return None;
    }
    (cast == own_cast(data_type, names)? && !quoted.contains('\\'))
        .then(|| quoted.replace("''", "'"))
}

/// The cast that PostgreSQL prints after a string of this type.
fn own_cast(data_type: &DataType, names: &Names<'_>) -> Option<String> {
    let name = match (data_type.is_built_in(), data_type.base_name().as_str()) {
        // Its input reads the modifiers of the column.
        (true, name) if name.starts_with("interval") => return None,
        (true, "character") => "bpchar".to_owned(),
        (true, name) => name.to_owned(),
        (false, _) => names.element_type(&DataType {
            modifiers: String::new(),
            ..data_type.clone()
        }),
    };
    Some(if data_type.array {
        format!("{name}[]")
    } else {
        name
    })
}

#[cfg(test)]
mod tests {
    use super::{Names, default_value};
    use crate::{
        catalog::DataType,
        layout::{Place, write},
    };

    #[test]
    fn defaults_are_values_where_they_can_be() {
        let planning = DataType {
            schema: "planning".to_owned(),
            ..DataType::built_in("plan_status")
        };
        for (sql, data_type, rust) in [
            ("0", DataType::built_in("integer"), "0"),
            ("'-5'::integer", DataType::built_in("integer"), "-5"),
            ("'0'::bigint", DataType::built_in("bigint"), "\"0\""),
            (
                "5000000000",
                DataType::built_in("bigint"),
                "5_000_000_000_i64",
            ),
            ("0.5", DataType::built_in("numeric(3,1)"), "0.5"),
            (
                "0.50",
                DataType::built_in("numeric(3,2)"),
                "Expr::cust(\"0.50\")",
            ),
            ("true", DataType::built_in("boolean"), "true"),
            (
                "'it''s'::character varying",
                DataType::built_in("character varying(9)"),
                "\"it's\"",
            ),
            ("'draft'::plan_status", planning, "\"draft\""),
            (
                "'a'::text",
                DataType::built_in("character varying"),
                "Expr::cust(\"'a'::text\")",
            ),
            (
                "now()",
                DataType::built_in("timestamp with time zone"),
                "Expr::cust(\"now()\")",
            ),
        ] {
            let value = default_value(sql, &data_type, &Names::within("planning"));
            assert_eq!(write(&value, Place::line(0, 0)), rust);
        }
    }
}
