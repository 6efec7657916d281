//! Renames inside SQL text, the way PostgreSQL prints it. No I/O here.
//!
//! PostgreSQL stores expressions as trees and prints the new name after a rename; here only the
//! text is at hand, so its tokens are renamed.

use std::{borrow::Cow, collections::BTreeSet};

use toolkit_text::{Kind, Quotes, Token, identifier::quote_identifier, tokens};

/// `sql` with the column `from` called `to`.
///
/// A word before `(` is a function and one after `::` a type.
pub(super) fn rename_column(sql: &str, from: &str, to: &str) -> String {
    let tokens: Vec<_> = tokens(sql).collect();
    let renamed = tokens.iter().enumerate().map(|(place, token)| {
        let is_column = names(token, from)
            && !is_cast(&tokens[..place])
            && (token.kind == Kind::QuotedName || !is_called(&tokens[place + 1..]));
        if is_column {
            quote_identifier(to)
        } else {
            token.text.into()
        }
    });
    renamed.collect()
}

/// `sql` with every word `from` called `to`, whatever it stands for.
pub(super) fn rename_word(sql: &str, from: &str, to: &str) -> String {
    let renamed = tokens(sql).map(|token| {
        if names(&token, from) {
            quote_identifier(to)
        } else {
            token.text.into()
        }
    });
    renamed.collect()
}

/// `sql` with what `is_moved` tells in the schema `to` instead of `from`.
pub(super) fn move_between(
    sql: &str,
    [from, to]: [&str; 2],
    is_moved: impl Fn(&str) -> bool,
) -> String {
    let tokens: Vec<_> = tokens(sql).collect();
    let moved = tokens.iter().enumerate().map(|(place, token)| {
        let is_theirs = match &tokens[place + 1..] {
            [dot, named, ..] if names(token, from) && dot.is_sign(".") => {
                named.name().is_some_and(|it| is_moved(&it))
            }
            _ => false,
        };
        if is_theirs {
            quote_identifier(to)
        } else {
            token.text.into()
        }
    });
    moved.collect()
}

/// The words in `sql` that may be names, unquoted; those of a body between dollar signs, too.
pub(crate) fn words(sql: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    add_words(sql, &mut words);
    words
}

fn add_words(sql: &str, words: &mut BTreeSet<String>) {
    for token in tokens(sql) {
        match token.inside() {
            Some(body) if token.kind == Kind::Text(Quotes::Dollars) => add_words(body, words),
            Some(_) | None => words.extend(token.name().map(Cow::into_owned)),
        }
    }
}

/// `sql` with the type `from` called `to` wherever something is cast to it; both as printed.
pub(super) fn rename_type(sql: &str, from: &str, to: &str) -> String {
    let cast = format!("::{from}");
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(start) = rest.find(&cast) {
        let (before, after) = (&rest[..start], &rest[start + cast.len()..]);
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || "_$.\"".contains(c));
        out.push_str(before);
        out.push_str("::");
        out.push_str(if goes_on { from } else { to });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether `token` is the name `name`, as PostgreSQL prints it.
fn names(token: &Token<'_>, name: &str) -> bool {
    match token.kind {
        // A key word is printed in capital letters, and a name never without quotes.
        Kind::Word => token.text == name,
        _ => token.name().is_some_and(|it| it == name),
    }
}

fn is_called(after: &[Token<'_>]) -> bool {
    after.first().is_some_and(|token| token.is_sign("("))
}

fn is_cast(before: &[Token<'_>]) -> bool {
    matches!(before, [.., first, second] if first.is_sign(":") && second.is_sign(":"))
}

#[cfg(test)]
mod tests {
    use super::{move_between, rename_column, rename_type};

    #[test]
    fn a_column_is_renamed_where_it_is_a_column() {
        for (sql, renamed) in [
            (
                "((lower)::text = lower('lower'::text))",
                "((\"Low\")::text = lower('lower'::text))",
            ),
            ("(lower > '0'::lower)", "(\"Low\" > '0'::lower)"),
            ("(\"lower\" AND lowers)", "(\"Low\" AND lowers)"),
        ] {
            assert_eq!(rename_column(sql, "lower", "Low"), renamed);
        }
    }

    #[test]
    fn what_moved_is_found_in_its_new_schema() {
        let sql = "public.f(public.\"C\", 'public.f', x.public.f) OR public.g()";
        let moved = "\"My\".f(\"My\".\"C\", 'public.f', x.\"My\".f) OR public.g()";
        let is_moved = |name: &str| name != "g";
        assert_eq!(move_between(sql, ["public", "My"], is_moved), moved);
    }

    #[test]
    fn a_type_is_renamed_where_something_is_cast_to_it() {
        let sql = "((state)::a.state = 'x'::a.state[]) AND 'y'::a.state2 AND (\"S\")::a.state";
        let renamed = "((state)::a.s = 'x'::a.s[]) AND 'y'::a.state2 AND (\"S\")::a.s";
        assert_eq!(rename_type(sql, "a.state", "a.s"), renamed);
    }
}
