//! Columns of a query that have no name. No I/O here.
//!
//! In `SELECT NULL`, where nobody sees the column's name, such as in the second arm of a union, it has
//! none, and `NULL::integer` is printed. Reading that text back gives it the name of the cast, and
//! from then on `NULL::integer AS int4` is printed:
//! <https://www.postgresql.org/docs/current/sql-select.html#SQL-SELECT-LIST>.

use toolkit_text::{Kind, identifier::quote_identifier, is_of_word, tokens};

use super::{is_word_at, walk};

/// What a list of columns stands behind.
const STARTS: [&str; 2] = ["SELECT", "RETURNING"];
/// What ends one.
const ENDS: [&str; 12] = [
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "WINDOW",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
];

/// Gives each column that PostgreSQL printed without a name the one that it has after being read.
pub(super) fn named(sql: String) -> String {
    if !STARTS.iter().any(|word| sql.contains(word)) {
        return sql;
    }
    let mut names = Vec::new();
    walk(&sql, |place, _, _| {
        let list = STARTS.iter().find(|word| is_word_at(&sql, place, word));
        if let Some(word) = list {
            names.extend(names_in_list(&sql, place + word.len()));
        }
        false
    });
    names.sort();
    let mut out = String::with_capacity(sql.len());
    let mut done = 0;
    for (place, name) in names {
        out.push_str(&sql[done..place]);
        out.push_str(" AS ");
        out.push_str(&quote_identifier(&name));
        done = place;
    }
    out + &sql[done..]
}

/// The names for columns of the list that begins at `start`, each with its place.
fn names_in_list(sql: &str, start: usize) -> Vec<(usize, String)> {
    let list = &sql[start..];
    let mut ends = Vec::new();
    let end = walk(list, |place, c, depth| {
        if depth == 0 && c == ',' {
            ends.push(place);
        }
        let ends_list = || ENDS.iter().any(|word| is_word_at(list, place, word));
        depth == 0 && (c == ')' || c == ';' || ends_list())
    });
    ends.push(end.unwrap_or(list.len()));
    let mut names = Vec::new();
    let mut begin = 0;
    for end in ends {
        let column = list[begin..end].trim_end();
        if let Some(name) = name(without_distinct(column)) {
            names.push((start + begin + column.len(), name));
        }
        begin = end + 1;
    }
    names
}

fn without_distinct(column: &str) -> &str {
    let column = column.trim_start();
    let Some(rest) = column.strip_prefix("DISTINCT ") else {
        return column;
    };
    let on = rest.strip_prefix("ON ").and_then(behind_parentheses);
    on.map_or(rest, |(_, rest)| rest)
}

/// What PostgreSQL calls a column that is a cast of what has no name itself:
/// `FigureColname` in <https://github.com/postgres/postgres/blob/master/src/backend/parser/parse_target.c>.
fn name(column: &str) -> Option<String> {
    let column = column.trim();
    if let Some((inside, "")) = behind_parentheses(column) {
        return name(inside);
    }
    let casts = behind_operand(column)?.strip_prefix("::")?;
    let data_type = match casts.split_once(" COLLATE ") {
        Some((casts, collation)) => last_part(collation).map(|_| casts)?,
        None => casts,
    };
    type_name(data_type.rsplit("::").next()?)
}

/// What follows a constant, or an expression in parentheses.
pub(super) fn behind_operand(sql: &str) -> Option<&str> {
    if let Some((_, rest)) = behind_parentheses(sql) {
        return Some(rest);
    }
    let first = tokens(sql).next()?;
    if matches!(first.kind, Kind::Text(_)) {
        let behind = &sql[first.text.len()..];
        return (!behind.is_empty()).then_some(behind);
    }
    let number = sql.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if number.len() < sql.len() {
        return Some(number);
    }
    sql.strip_prefix("NULL")
}

/// What stands in the parentheses at the start of `sql`, and what behind them.
fn behind_parentheses(sql: &str) -> Option<(&str, &str)> {
    let inside = sql.strip_prefix('(')?;
    let end = walk(inside, |_, c, depth| depth == 0 && c == ')')?;
    Some((&inside[..end], &inside[end + 1..]))
}

/// The last name of a type as the parser has it; nothing where `printed` is more than a type.
fn type_name(printed: &str) -> Option<String> {
    let printed = printed.trim_end_matches("[]");
    let (plain, behind) = match printed.split_once('(') {
        Some((name, rest)) => (name, rest.split_once(')')?.1),
        None => (printed, ""),
    };
    let known = match format!("{plain}{behind}").as_str() {
        "boolean" => "bool",
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "character varying" => "varchar",
        "character" => "bpchar",
        "bit varying" => "varbit",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        other => return last_part(other),
    };
    Some(known.to_owned())
}

fn last_part(name: &str) -> Option<String> {
    let dot = walk_last(name, '.');
    let part = dot.map_or(name, |place| &name[place + 1..]);
    match part.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => {
            let is_one = !quoted.replace("\"\"", "").contains('"');
            is_one.then(|| quoted.replace("\"\"", "\""))
        }
        None => (!part.is_empty() && part.chars().all(is_of_word)).then(|| part.to_owned()),
    }
}

fn walk_last(sql: &str, wanted: char) -> Option<usize> {
    let mut last = None;
    walk(sql, |place, c, _| {
        if c == wanted {
            last = Some(place);
        }
        false
    });
    last
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_cast_without_a_name_gets_that_of_its_type() {
        let cases = [
            (
                "SELECT t.a FROM t UNION ALL SELECT NULL::integer FROM t",
                "SELECT t.a FROM t UNION ALL SELECT NULL::integer AS int4 FROM t",
            ),
            (
                "(x IN ( SELECT 'a, (b) ''SELECT'::text\n   FROM t))",
                "(x IN ( SELECT 'a, (b) ''SELECT'::text AS text\n   FROM t))",
            ),
            (
                "SELECT DISTINCT ON (t.a) 1.5::numeric(10,2), (t.a + 1)::double precision, '{}'::s.\"Kind\"[]",
                "SELECT DISTINCT ON (t.a) 1.5::numeric(10,2) AS \"numeric\", \
                 (t.a + 1)::double precision AS float8, '{}'::s.\"Kind\"[] AS \"Kind\"",
            ),
            (
                "SELECT ('x'::text COLLATE \"C\"), ('x'::\"char\")::timestamp(3) with time zone",
                "SELECT ('x'::text COLLATE \"C\") AS text, \
                 ('x'::\"char\")::timestamp(3) with time zone AS timestamptz",
            ),
        ];
        for (printed, kept) in cases {
            assert_eq!(named(printed.to_owned()), kept);
            assert_eq!(named(kept.to_owned()), kept);
        }
        for kept in [
            "SELECT 1, -2, t.a, count(*) AS count, NULL::text AS a, (t.a || 'x'::text), NULL::integer IS NULL",
            "FOR SELECT TO PUBLIC USING ((a = 'x'::text))",
            "AS $$ SELECT 'x'::text $$",
            "'SELECT 1::text'::text",
            "a_SELECT 'x'::text",
        ] {
            assert_eq!(named(kept.to_owned()), kept);
        }
    }
}
