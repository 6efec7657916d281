//! Columns of functions that return rows of a table or of a composite type. No I/O here.
//!
//! `FROM f()` is printed `FROM f() f(a, b)`, which names the columns by place. Where the table has
//! another order, as after `ADD COLUMN`, the same text gives them to the wrong columns; without the list
//! they are found by name.

use std::collections::HashMap;

use toolkit_text::{identifier::quote_identifier, is_of_word};

use super::walk;

/// A function that returns rows, or has the name of one.
#[derive(PartialEq, Eq)]
pub(in crate::inspect) struct RowFunction {
    pub(in crate::inspect) name: String,
    /// The columns of a row, quoted where they must be; none where it returns no rows of a type.
    pub(in crate::inspect) columns: Vec<String>,
}

/// `sql` without the lists behind its calls of `functions` that say no more than the rows' own type. A name
/// that two of them have says nothing, unless both return the same columns.
pub(in crate::inspect) fn by_name(sql: String, functions: &[&RowFunction]) -> String {
    let is_clear = |function: &RowFunction| {
        let mut others = functions.iter().filter(|it| it.name == function.name);
        others.all(|it| *it == function)
    };
    let clear = functions.iter().filter(|it| is_clear(it));
    let called: Vec<_> = clear
        .map(|function| (quote_identifier(&function.name), function))
        .collect();
    if called.is_empty() {
        return sql;
    }
    let (mut open, mut pairs, mut cuts) = (Vec::new(), HashMap::new(), Vec::new());
    walk(&sql, |place, c, _| {
        match c {
            '(' => {
                let mut called = called.iter();
                let length = called.find_map(|(name, function)| {
                    let length = own_list(&sql[place..], &function.columns)?;
                    is_called(&sql[..place], name, &pairs).then_some(length)
                });
                cuts.extend(length.map(|length| place..place + length));
                open.push(place);
            }
            ')' => pairs.extend(open.pop().map(|start| (place, start))),
            _ => {}
        }
        false
    });
    let (mut out, mut done) = (String::with_capacity(sql.len()), 0);
    for cut in cuts {
        out.push_str(&sql[done..cut.start]);
        done = cut.end;
    }
    out + &sql[done..]
}

/// The length of the list that `sql` begins with, where it is of `columns`: of the first of them where
/// others came after the view.
fn own_list(sql: &str, columns: &[String]) -> Option<usize> {
    let mut rest = sql.strip_prefix('(')?;
    for column in columns {
        rest = rest.strip_prefix(column.as_str())?;
        if let Some(behind) = rest.strip_prefix(')') {
            return Some(sql.len() - behind.len());
        }
        rest = rest.strip_prefix(", ")?;
    }
    None
}

/// Whether `before` ends with a call of the function `name` and an alias; `pairs` are its parentheses,
/// the closing ones first.
fn is_called(before: &str, name: &str, pairs: &HashMap<usize, usize>) -> bool {
    let alias = before.strip_suffix('"').map_or_else(
        || before.trim_end_matches(is_of_word),
        |quoted| {
            quoted
                .rsplit_once(" \"")
                .map_or("", |(call, _)| &before[..=call.len()])
        },
    );
    let call = alias
        .strip_suffix(") ")
        .filter(|_| alias.len() < before.len());
    let start = call.and_then(|call| pairs.get(&call.len()));
    let called = start.and_then(|start| before[..*start].strip_suffix(name));
    called.is_some_and(|rest| !rest.ends_with(|c| is_of_word(c) || c == '"'))
}

#[cfg(test)]
mod tests {
    use super::{RowFunction, by_name};

    #[test]
    fn a_list_goes_where_it_is_the_rows_own() {
        let functions = [
            RowFunction {
                name: "f".to_owned(),
                columns: vec!["a".to_owned(), "\"B 1\"".to_owned()],
            },
            RowFunction {
                name: "Rows of t".to_owned(),
                columns: vec!["a".to_owned(), "c".to_owned(), "d".to_owned()],
            },
        ];
        let cases = [
            ("FROM f() f(a, \"B 1\")", "FROM f() f"),
            (
                "FROM s.f(g(1), ')') x(a, \"B 1\"), t",
                "FROM s.f(g(1), ')') x, t",
            ),
            (
                "JOIN \"Rows of t\"() \"an alias\"(a, c) ON",
                "JOIN \"Rows of t\"() \"an alias\" ON",
            ),
        ];
        for (printed, kept) in cases {
            assert_eq!(by_name(printed.to_owned(), &functions.each_ref()), kept);
        }
        for kept in [
            "FROM f() f(\"B 1\", a)",
            "FROM f() f(a, c)",
            "FROM ef() f(a, \"B 1\")",
            "FROM (VALUES (1, 2)) f(a, \"B 1\")",
            "FROM f() WITH ORDINALITY f(a, \"B 1\", ordinality)",
            "SELECT f(a, \"B 1\")",
            "INSERT INTO f (a, \"B 1\")",
            "'FROM f() f(a, \"B 1\")'",
        ] {
            assert_eq!(by_name(kept.to_owned(), &functions.each_ref()), kept);
        }
        let twin = RowFunction {
            name: "f".to_owned(),
            columns: Vec::new(),
        };
        let called = [&functions[0], &twin];
        let kept = "FROM s.f(1) f(a, \"B 1\")";
        assert_eq!(by_name(kept.to_owned(), &called), kept);
    }
}
