//! Renames inside SQL text, the way PostgreSQL prints it. No I/O here.
//!
//! PostgreSQL stores expressions as trees and prints the new name after a rename; here only the
//! text is at hand, so it is split into words.

use crate::identifier::quote_identifier;

/// One piece of SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'s> {
    Word(&'s str),
    Quoted(&'s str),
    Text(&'s str),
    Other(&'s str),
}

/// `sql` with the column `from` called `to`.
///
/// A word before `(` is a function and one after `::` a type.
pub(super) fn rename_column(sql: &str, from: &str, to: &str) -> String {
    let pieces = split(sql);
    let mut out = String::with_capacity(sql.len());
    for (place, piece) in pieces.iter().enumerate() {
        let names_it = match piece {
            Piece::Word(word) => {
                *word == from && !is_called(&pieces, place) && !is_cast(&pieces, place)
            }
            Piece::Quoted(quoted) => unquote(quoted) == from && !is_cast(&pieces, place),
            Piece::Text(_) | Piece::Other(_) => false,
        };
        if names_it {
            out.push_str(&quote_identifier(to));
        } else {
            out.push_str(piece.sql());
        }
    }
    out
}

/// `sql` with every word `from` called `to`, whatever it stands for.
pub(super) fn rename_word(sql: &str, from: &str, to: &str) -> String {
    let pieces = split(sql);
    let renamed = pieces.iter().map(|piece| match piece {
        Piece::Word(word) if *word == from => quote_identifier(to),
        Piece::Quoted(quoted) if unquote(quoted) == from => quote_identifier(to),
        Piece::Word(_) | Piece::Quoted(_) | Piece::Text(_) | Piece::Other(_) => piece.sql().into(),
    });
    renamed.collect()
}

/// `sql` with what `is_moved` tells in the schema `to` instead of `from`.
pub(super) fn move_between(
    sql: &str,
    [from, to]: [&str; 2],
    is_moved: impl Fn(&str) -> bool,
) -> String {
    let pieces = split(sql);
    let name = |place: usize| match pieces.get(place) {
        Some(Piece::Word(word)) => Some((*word).to_owned()),
        Some(Piece::Quoted(quoted)) => Some(unquote(quoted)),
        Some(Piece::Text(_) | Piece::Other(_)) | None => None,
    };
    let moved = pieces.iter().enumerate().map(|(place, piece)| {
        let is_schema = name(place).is_some_and(|it| it == from)
            && pieces.get(place + 1) == Some(&Piece::Other("."));
        if is_schema && name(place + 2).is_some_and(|it| is_moved(&it)) {
            quote_identifier(to)
        } else {
            piece.sql().into()
        }
    });
    moved.collect()
}

/// The words in `sql` that may be names, unquoted.
pub(crate) fn words(sql: &str) -> std::collections::BTreeSet<String> {
    let pieces = split(sql).into_iter();
    let words = pieces.filter_map(|piece| match piece {
        Piece::Word(word) => Some(word.to_lowercase()),
        Piece::Quoted(quoted) => Some(unquote(quoted)),
        Piece::Text(_) | Piece::Other(_) => None,
    });
    words.collect()
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

fn is_called(pieces: &[Piece<'_>], place: usize) -> bool {
    matches!(pieces.get(place + 1), Some(Piece::Other(next)) if next.starts_with('('))
}

fn is_cast(pieces: &[Piece<'_>], place: usize) -> bool {
    matches!(place.checked_sub(1).and_then(|before| pieces.get(before)), Some(Piece::Other(before)) if before.ends_with("::"))
}

fn unquote(quoted: &str) -> String {
    quoted.trim_matches('"').replace("\"\"", "\"")
}

impl<'s> Piece<'s> {
    fn sql(self) -> &'s str {
        match self {
            Self::Word(sql) | Self::Quoted(sql) | Self::Text(sql) | Self::Other(sql) => sql,
        }
    }
}

fn split(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match first {
            '\'' | '"' => quoted_length(rest, first),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => rest
                .find(|c| is_word(c) || c == '\'' || c == '"')
                .unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(match first {
            '\'' => Piece::Text(piece),
            '"' => Piece::Quoted(piece),
            c if is_word(c) => Piece::Word(piece),
            _ => Piece::Other(piece),
        });
        rest = after;
    }
    pieces
}

fn quoted_length(sql: &str, quote: char) -> usize {
    let mut chars = sql.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        if c != quote {
            continue;
        }
        if matches!(chars.peek(), Some((_, next)) if *next == quote) {
            chars.next();
        } else {
            return place + c.len_utf8();
        }
    }
    sql.len()
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
