//! Names and constants as SQL. No I/O here.

use std::borrow::Cow;

use crate::tokens;

/// The words that PostgreSQL 14 to 18 does not take as a name everywhere, sorted:
/// `pg_get_keywords()` without category `U`,
/// <https://www.postgresql.org/docs/current/sql-keywords-appendix.html>.
const KEYWORDS: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// How many bytes a name has at most. PostgreSQL cuts longer ones, and then does not find them by the
/// name that they were given.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>
pub const MAX_BYTES: usize = 63;

/// `name` as an identifier, in quotes only where it must be.
///
/// ```
/// use toolkit_text::identifier::quote_identifier;
///
/// assert_eq!(quote_identifier("plan"), "plan");
/// assert_eq!(quote_identifier("Plan"), "\"Plan\"");
/// assert_eq!(quote_identifier("user"), "\"user\"");
/// ```
pub fn quote_identifier(name: &str) -> Cow<'_, str> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let goes_on_well = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if starts_well && goes_on_well && KEYWORDS.binary_search(&name).is_err() {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(quote_always(name))
    }
}

/// `name` as an identifier in quotes, whether or not it must be.
pub fn quote_always(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `name` and `suffix` as far as PostgreSQL keeps them: the name is cut, at the end of a character.
pub fn cut(name: &str, suffix: &str) -> String {
    let mut end = name.len().min(MAX_BYTES.saturating_sub(suffix.len()));
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &name[..end])
}

/// `text` as a string constant, whatever `standard_conforming_strings` says of backslashes.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// The name that `sql` begins with, unquoted, and what stands behind it.
pub fn first(sql: &str) -> (String, &str) {
    let name = tokens(sql)
        .next()
        .and_then(|token| Some((token.name()?, token.text.len())));
    name.map_or((String::new(), sql), |(name, length)| {
        (name.into_owned(), &sql[length..])
    })
}

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, cut, quote_identifier, quote_literal};

    #[test]
    fn keywords_can_be_searched() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(cut("short", "-2"), "short-2");
        assert_eq!(cut(&"a".repeat(70), ""), "a".repeat(63));
        assert_eq!(cut(&"ü".repeat(40), ""), "ü".repeat(31));
        assert_eq!(cut(&"ü".repeat(40), "-2"), "ü".repeat(30) + "-2");
    }

    #[test]
    fn only_what_must_be_is_quoted() {
        for (name, quoted) in [
            ("order", "\"order\""),
            ("orders_2", "orders_2"),
            ("2nd", "\"2nd\""),
            ("a\"b", "\"a\"\"b\""),
            ("name", "name"),
            ("é", "\"é\""),
            ("", "\"\""),
        ] {
            assert_eq!(quote_identifier(name), quoted);
        }
        assert_eq!(quote_literal("it's \\ here"), "E'it''s \\\\ here'");
    }
}
