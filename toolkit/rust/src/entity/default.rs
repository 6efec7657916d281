//! Defaults of columns as attributes. No I/O here.

use super::attribute::says;
use crate::catalog::DataType;

/// `default_value = …` where that gives the same expression, else `default_expr = "Expr::cust(…)"`.
pub(super) fn attribute(sql: &str, data_type: &DataType) -> String {
    if let Some(value) = value(sql, data_type) {
        return format!("default_value = {value}");
    }
    let expression = match sql {
        "CURRENT_TIMESTAMP" => "Expr::current_timestamp()".to_owned(),
        _ => format!("Expr::cust({sql:?})"),
    };
    says("default_expr", &expression)
}

/// The literal that PostgreSQL makes the same expression of.
fn value(sql: &str, data_type: &DataType) -> Option<String> {
    if !data_type.array && ["true", "false"].contains(&sql) {
        return Some(sql.to_owned());
    }
    let is_number = !data_type.array
        && ["smallint", "integer", "bigint"].contains(&data_type.name.as_str())
        && sql.bytes().all(|c| c.is_ascii_digit());
    if is_number {
        return sql.parse::<i32>().ok().map(|number| number.to_string());
    }
    let (text, cast) = sql.strip_prefix('\'')?.rsplit_once("'::")?;
    // A cast to the column's own type is what PostgreSQL writes of a mere literal.
    let brackets = if data_type.array { "[]" } else { "" };
    let is_own = cast == format!("{}{brackets}", data_type.base_name());
    let is_text = ["text", "character varying", "json", "jsonb"];
    let is_plain = is_text.contains(&cast) || data_type.array || !data_type.is_built_in();
    let is_simple = !text.contains(['\'', '\\']);
    (is_own && is_plain && is_simple).then(|| format!("{text:?}"))
}

#[cfg(test)]
mod tests {
    use super::attribute;
    use crate::catalog::DataType;

    #[test]
    fn what_a_literal_says_is_a_value_and_the_rest_an_expression() {
        for (sql, name, expected) in [
            ("0", "integer", "default_value = 0"),
            ("true", "boolean", "default_value = true"),
            ("'a'::text", "text", "default_value = \"a\""),
            ("'{}'::jsonb", "jsonb", "default_value = \"{}\""),
            (
                "CURRENT_TIMESTAMP",
                "x",
                "default_expr = \"Expr::current_timestamp()\"",
            ),
            ("now()", "x", "default_expr = \"Expr::cust(\\\"now()\\\")\""),
            (
                "'a''b'::text",
                "text",
                "default_expr = \"Expr::cust(\\\"'a''b'::text\\\")\"",
            ),
            (
                "'-5'::integer",
                "integer",
                "default_expr = \"Expr::cust(\\\"'-5'::integer\\\")\"",
            ),
            (
                "99999999999",
                "bigint",
                "default_expr = \"Expr::cust(\\\"99999999999\\\")\"",
            ),
        ] {
            assert_eq!(attribute(sql, &DataType::built_in(name)), expected);
        }
    }
}
