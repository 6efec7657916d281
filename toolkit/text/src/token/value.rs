//! What quoted names and constants stand for. No I/O here.

use std::{borrow::Cow, iter::Peekable, str::Chars};

use super::Quotes;

/// What stands in `text` between the first `quote` and the last one, if that is at its end.
pub(crate) fn between(text: &str, quote: char) -> &str {
    let start = text.find(quote).map_or(0, |start| start + 1);
    let inside = &text[start..];
    inside.strip_suffix(quote).unwrap_or(inside)
}

/// The name that `text` is, quotes and all.
pub(crate) fn of_quoted_name(text: &str) -> Cow<'_, str> {
    let name = halved(between(text, '"'), '"');
    if text.starts_with('"') {
        name
    } else {
        Cow::Owned(from_unicode(&name))
    }
}

/// What a constant with `inside` between its quotes stands for.
pub(crate) fn of_constant(inside: &str, quotes: Quotes) -> Cow<'_, str> {
    match quotes {
        Quotes::Dollars => Cow::Borrowed(inside),
        Quotes::Single => halved(inside, '\''),
        Quotes::Unicode => Cow::Owned(from_unicode(&halved(inside, '\''))),
        Quotes::Escapes => Cow::Owned(from_escapes(inside)),
    }
}

fn halved(inside: &str, quote: char) -> Cow<'_, str> {
    let twice = [quote, quote].iter().collect::<String>();
    if inside.contains(&twice) {
        Cow::Owned(inside.replace(&twice, &twice[..quote.len_utf8()]))
    } else {
        Cow::Borrowed(inside)
    }
}

/// Escapes of `E'…'`. What stands for a byte is read as the character of that number.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE>
fn from_escapes(inside: &str) -> String {
    let mut value = String::with_capacity(inside.len());
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            letters.next_if_eq(&'\'');
        }
        if letter != '\\' {
            value.push(letter);
            continue;
        }
        let Some(escape) = letters.next() else { break };
        value.push(match escape {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'x' => numbered(&mut letters, 0, 16, 2).unwrap_or('x'),
            'u' => numbered(&mut letters, 0, 16, 4).unwrap_or('u'),
            'U' => numbered(&mut letters, 0, 16, 8).unwrap_or('U'),
            '0'..='7' => {
                let first = escape.to_digit(8).unwrap_or(0);
                numbered(&mut letters, first, 8, 2)
                    .or_else(|| char::from_u32(first))
                    .unwrap_or(escape)
            }
            other => other,
        });
    }
    value
}

/// Escapes of `U&'…'` and `U&"…"`, with a backslash, which is what they have without `UESCAPE`.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-UESCAPE>
fn from_unicode(inside: &str) -> String {
    let mut value = String::with_capacity(inside.len());
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' || letters.next_if_eq(&'\\').is_some() {
            value.push(letter);
            continue;
        }
        let most = if letters.next_if_eq(&'+').is_some() {
            6
        } else {
            4
        };
        value.push(numbered(&mut letters, 0, 16, most).unwrap_or('\\'));
    }
    value
}

/// The character whose number goes on with at most `most` digits; nothing where there is no digit.
fn numbered(letters: &mut Peekable<Chars<'_>>, start: u32, base: u32, most: usize) -> Option<char> {
    let mut number = start;
    let mut count = 0;
    while count < most
        && let Some(digit) = letters.next_if(|letter| letter.is_digit(base))
    {
        number = number.wrapping_mul(base) + digit.to_digit(base)?;
        count += 1;
    }
    if count == 0 {
        return None;
    }
    Some(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER))
}

#[cfg(test)]
mod tests {
    use crate::tokens;

    #[test]
    fn constants_and_names_stand_for_what_postgresql_reads() {
        for (sql, value) in [
            ("'a''b\\n'", "a'b\\n"),
            ("N'a'", "a"),
            (
                "E'a''\\'\\\\\\n\\x41\\101\\u0042\\U00000043\\7'",
                "a''\\\nAABC\u{7}",
            ),
            ("U&'d\\0061t\\+000061\\\\'", "data\\"),
            ("$a$b'$$c$a$", "b'$$c"),
            ("$$b", "b"),
            ("'b", "b"),
        ] {
            assert_eq!(tokens(sql).next().unwrap().value().unwrap(), value, "{sql}");
        }
        for (sql, name) in [
            ("Plan", "plan"),
            ("ÄB", "Äb"),
            ("\"A\"\"\\\"", "A\"\\"),
            ("u&\"\\0041\"", "A"),
        ] {
            assert_eq!(tokens(sql).next().unwrap().name().unwrap(), name, "{sql}");
        }
    }
}
