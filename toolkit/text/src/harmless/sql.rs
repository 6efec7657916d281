//! Scripts with nothing hidden in them. No I/O here.

use std::{borrow::Cow, fmt::Write};

use super::{harmless, is_hidden};
use crate::{Kind, Quotes, Token, is_of_word, tokens};

/// The statement or script `sql` with the same meaning and nothing hidden in it but line ends and tabs:
/// names become `U&"…"` where they must, and constants `E'…'`.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html>
///
/// ```
/// let sql = "DROP TABLE \"a\rb\"";
/// assert_eq!(toolkit_text::harmless_sql(sql), "DROP TABLE U&\"a\\000db\"");
/// ```
pub fn harmless_sql(sql: &str) -> Cow<'_, str> {
    if !has_hidden(sql) {
        return Cow::Borrowed(sql);
    }
    let tokens: Vec<_> = tokens(sql).collect();
    let mut out = String::with_capacity(sql.len() * 2);
    let mut rest = tokens.as_slice();
    while let [token, others @ ..] = rest {
        rest = others;
        match token.kind {
            _ if !has_hidden(token.text) && !matches!(token.kind, Kind::Text(_)) => {
                out.push_str(token.text);
            }
            Kind::Text(quotes) => {
                let more = continued(token, others);
                rest = &others[more.len()..];
                constant(&mut out, token, quotes, more);
            }
            Kind::Word => name(&mut out, &token.text.to_ascii_lowercase()),
            Kind::QuotedName if token.text.starts_with('"') => {
                name(&mut out, &token.name().unwrap_or_default());
            }
            Kind::QuotedName => out.push_str(&in_unicode(token.text)),
            // PostgreSQL takes such characters in comments alone.
            Kind::LineComment
            | Kind::BlockComment
            | Kind::Bits
            | Kind::Number
            | Kind::Parameter => shown(&mut out, token.text),
            // White space to PostgreSQL, or nothing that it takes.
            Kind::Space | Kind::Sign => {
                let plain = |c| match c {
                    '\r' => '\n',
                    c if is_to_go(c) => ' ',
                    c => c,
                };
                out.extend(token.text.chars().map(plain));
            }
        }
    }
    Cow::Owned(out)
}

/// What may not stand in a script, quoted or not.
fn is_to_go(c: char) -> bool {
    is_hidden(c) && c != '\n' && c != '\t'
}

fn has_hidden(text: &str) -> bool {
    text.chars().any(is_to_go)
}

/// A comment ends with its line, so a carriage return in one that does not is shown, too.
fn shown(out: &mut String, text: &str) {
    for c in text.chars() {
        out.push_str(&harmless(c.encode_utf8(&mut [0; 4])));
    }
}

/// The beginning of `others` with which the constant `token` goes on, on other lines.
fn continued<'t, 's>(token: &Token<'s>, others: &'t [Token<'s>]) -> &'t [Token<'s>] {
    let mut length = 0;
    if token.kind != Kind::Text(Quotes::Dollars) {
        while let [space, text, ..] = &others[length..]
            && space.kind == Kind::Space
            && space.text.contains(['\n', '\r'])
            && text.text.starts_with('\'')
        {
            length += 2;
        }
    }
    &others[..length]
}

/// A constant, and what it goes on with: it keeps its rules from the first quote to the last.
fn constant(out: &mut String, token: &Token<'_>, quotes: Quotes, more: &[Token<'_>]) {
    let inside = token.inside().unwrap_or_default();
    let is_kept = match quotes {
        // The lines of a body may end as on Windows.
        Quotes::Dollars => !has_hidden(&inside.replace("\r\n", "\n")),
        Quotes::Single | Quotes::Escapes => {
            !has_hidden(token.text) && !more.iter().any(|token| has_hidden(token.text))
        }
        Quotes::Unicode => true,
    };
    if is_kept {
        for token in std::iter::once(token).chain(more) {
            match quotes {
                Quotes::Unicode => out.push_str(&in_unicode(token.text)),
                Quotes::Single | Quotes::Escapes | Quotes::Dollars => out.push_str(token.text),
            }
        }
        return;
    }
    space(out);
    // A constant of national characters, which has no escapes, is one of this type.
    if token.text.starts_with(['n', 'N']) {
        out.push_str("NCHAR ");
    }
    out.push('E');
    for token in std::iter::once(token).chain(more) {
        if token.kind == Kind::Space {
            out.push_str(&token.text.replace('\r', "\n"));
        } else {
            escaped(out, token, quotes);
        }
    }
}

/// `token` between quotes in which a backslash escapes.
fn escaped(out: &mut String, token: &Token<'_>, quotes: Quotes) {
    let inside = token.inside().unwrap_or_default();
    let inside = match quotes {
        Quotes::Dollars => Cow::Owned(inside.replace('\'', "''")),
        Quotes::Single | Quotes::Escapes | Quotes::Unicode => Cow::Borrowed(inside),
    };
    let has_escapes = quotes == Quotes::Escapes;
    let mut is_escaped = false;
    out.push('\'');
    for c in inside.chars() {
        // A backslash before such a character stands for nothing.
        if is_escaped && (is_to_go(c) || c == '\'') {
            out.pop();
        }
        match c {
            c if is_to_go(c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            '\\' if !has_escapes => out.push_str("\\\\"),
            '\'' if is_escaped => out.push_str("''"),
            c => out.push(c),
        }
        is_escaped = has_escapes && c == '\\' && !is_escaped;
    }
    out.push('\'');
}

fn name(out: &mut String, name: &str) {
    space(out);
    let doubled = name.replace('"', "\"\"").replace('\\', "\\\\");
    let _ = write!(out, "U&\"{}\"", in_unicode(&doubled));
}

/// What begins with a letter may not follow one.
fn space(out: &mut String) {
    if out.ends_with(is_of_word) {
        out.push(' ');
    }
}

/// `text` with what is hidden in Unicode escapes.
fn in_unicode(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_to_go(c) {
            let _ = write!(escaped, "\\{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_holds_nothing_hidden_and_means_the_same() {
        for (sql, expected) in [
            ("SELECT 'a\u{1b}''\\b'", "SELECT E'a\\U0000001b''\\\\b'"),
            (
                "SELECT E'a\\\\\u{202e}\\'\\n'",
                "SELECT E'a\\\\\\U0000202e''\\n'",
            ),
            (
                "-- a\u{1b}\rDROP TABLE \"x\ty\"",
                "-- a\\u{1b}\nDROP TABLE \"x\ty\"",
            ),
            (
                "/* a /* \r */ \u{85} */ SELECT\u{c}1",
                "/* a /* \\r */ \\u{85} */ SELECT 1",
            ),
            (
                "SELECT \"a\"\"\\\u{2028}\".\"b\"",
                "SELECT U&\"a\"\"\\\\\\2028\".\"b\"",
            ),
            (
                "AS $f$a\r\n$f$; AS $f$a\r'b$f$",
                "AS $f$a\r\n$f$; AS E'a\\U0000000d''b'",
            ),
            ("SELECT U&'a\\0041\u{7f}'", "SELECT U&'a\\0041\\007f'"),
            (
                "SELECT E'a'\n'\u{7f}\\'b', N'\u{7f}'",
                "SELECT E'a'\n'\\U0000007f''b', NCHAR E'\\U0000007f'",
            ),
            ("SELECT A\u{202e}b, $1", "SELECT U&\"a\\202eb\", $1"),
        ] {
            let shown = harmless_sql(sql);
            assert_eq!(shown, expected);
            assert_eq!(harmless_sql(&shown), expected, "once is enough");
        }
    }
}
