//! Makes what others wrote harmless for the place where it goes: a terminal, a comment, a script.
//! A name may hold any character: a carriage return ends a comment of a script, an escape sequence moves a
//! terminal's cursor, and some characters let a line be read otherwise than it is run. No I/O here.

use std::{borrow::Cow, fmt::Write, iter::Peekable, str::Chars};

/// Whether `c` is not seen where it stands, or makes others be seen elsewhere: control characters, line
/// and paragraph separators, and what turns the direction of writing.
///
/// ```
/// use toolkit_text::is_hidden;
///
/// assert!(['\r', '\u{1b}', '\u{202e}'].into_iter().all(is_hidden));
/// assert!(!['a', ' ', 'é', '注'].into_iter().any(is_hidden));
/// ```
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// `text` for a terminal: lines and tabs stay, what else is hidden is written as `\u{1b}`.
///
/// ```
/// assert_eq!(toolkit_text::harmless("a\u{1b}[2J\nb\r\nc"), "a\\u{1b}[2J\nb\nc");
/// ```
pub fn harmless(text: &str) -> Cow<'_, str> {
    let stays = |c: char| !is_hidden(c) || c == '\n' || c == '\t';
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\r' => shown.push_str("\\r"),
            c if stays(c) => shown.push(c),
            c => shown.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

/// `text` for a comment, which ends with its line.
///
/// ```
/// assert_eq!(toolkit_text::harmless_line("a\r\\! x\nb */"), "a\\r\\! x\\nb * /");
/// ```
pub fn harmless_line(text: &str) -> String {
    let text = text
        .replace('\r', "\\r")
        .replace('\n', "\\n")
        .replace("*/", "* /");
    harmless(&text).into_owned()
}

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
    if !sql.chars().any(is_to_go) {
        return Cow::Borrowed(sql);
    }
    let mut lexer = Lexer {
        rest: sql.chars().peekable(),
        out: String::with_capacity(sql.len() * 2),
    };
    lexer.run();
    Cow::Owned(lexer.out)
}

/// What may not stand in a script, quoted or not.
fn is_to_go(c: char) -> bool {
    is_hidden(c) && c != '\n' && c != '\t'
}

struct Lexer<'s> {
    rest: Peekable<Chars<'s>>,
    out: String,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(c) = self.rest.next() {
            match c {
                '-' if self.rest.peek() == Some(&'-') => self.comment(),
                '/' if self.rest.peek() == Some(&'*') => self.block_comment(),
                '\'' => {
                    let text = self.quoted('\'', false);
                    self.constant(&text, true);
                }
                '"' => {
                    let name = self.quoted('"', false);
                    self.name(&name);
                }
                '$' => self.dollars(),
                c if is_of_word(c) => self.word(c),
                // White space to PostgreSQL.
                c if is_to_go(c) => self.out.push(if c == '\r' { '\n' } else { ' ' }),
                c => self.out.push(c),
            }
        }
    }

    /// To PostgreSQL a carriage return ends it, too.
    fn comment(&mut self) {
        self.out.push('-');
        while let Some(c) = self.rest.next_if(|c| !['\n', '\r'].contains(c)) {
            self.out.push_str(&harmless(c.encode_utf8(&mut [0; 4])));
        }
    }

    fn block_comment(&mut self) {
        self.out.push('/');
        let mut depth = 0;
        let mut last = '/';
        for c in self.rest.by_ref() {
            self.out.push_str(&harmless(c.encode_utf8(&mut [0; 4])));
            match (last, c) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                (_, _) => {
                    last = c;
                    continue;
                }
            }
            if depth == 0 {
                return;
            }
            last = ' ';
        }
    }

    /// What stands up to the closing quote, its doubled quotes made single ones.
    fn quoted(&mut self, quote: char, escapes: bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.rest.next() {
            if c == quote && self.rest.next_if_eq(&quote).is_none() {
                break;
            }
            if escapes && c == '\\' && self.rest.next_if_eq(&quote).is_some() {
                text.push(quote);
                continue;
            }
            text.push(c);
            if escapes && c == '\\' {
                text.extend(self.rest.next());
            }
        }
        text
    }

    /// A string constant with the content `text`, in which a backslash is one or `is_plain` is false.
    fn constant(&mut self, text: &str, is_plain: bool) {
        let doubled = text.replace('\'', "''");
        if self.is_unicode() || !text.chars().any(is_to_go) {
            let sign = if is_plain { "" } else { "E" };
            let _ = write!(self.out, "{sign}'{}'", unicode(&doubled));
            return;
        }
        self.space();
        self.out.push_str("E'");
        let mut escapes = false;
        for c in doubled.chars() {
            if is_to_go(c) {
                // A backslash before such a character stands for nothing.
                if escapes {
                    self.out.pop();
                }
                let _ = write!(self.out, "\\U{:08x}", u32::from(c));
            } else if c == '\\' && is_plain {
                self.out.push_str("\\\\");
            } else {
                self.out.push(c);
            }
            escapes = !is_plain && c == '\\' && !escapes;
        }
        self.out.push('\'');
    }

    fn name(&mut self, name: &str) {
        let doubled = name.replace('"', "\"\"");
        if self.is_unicode() || !name.chars().any(is_to_go) {
            let _ = write!(self.out, "\"{}\"", unicode(&doubled));
            return;
        }
        self.space();
        let doubled = doubled.replace('\\', "\\\\");
        let _ = write!(self.out, "U&\"{}\"", unicode(&doubled));
    }

    /// Whether what comes is in Unicode escapes already.
    fn is_unicode(&self) -> bool {
        self.out.ends_with("U&") || self.out.ends_with("u&")
    }

    fn space(&mut self) {
        if self.out.ends_with(is_of_word) {
            self.out.push(' ');
        }
    }

    /// A body in dollar quotes, whose lines may end as on Windows; else a parameter.
    fn dollars(&mut self) {
        let mut tag = String::new();
        while let Some(c) = self.rest.next_if(|c| is_of_word(*c) && *c != '$') {
            tag.push(c);
        }
        if self.rest.next_if_eq(&'$').is_none() {
            let _ = write!(self.out, "${tag}");
            return;
        }
        let end = format!("${tag}$");
        let mut body = String::new();
        for c in self.rest.by_ref() {
            body.push(c);
            if body.ends_with(&end) {
                body.truncate(body.len() - end.len());
                break;
            }
        }
        if body.replace("\r\n", "\n").chars().any(is_to_go) {
            self.constant(&body, true);
        } else {
            let _ = write!(self.out, "{end}{body}{end}");
        }
    }

    /// A keyword, a bare name, or what a constant begins with.
    fn word(&mut self, first: char) {
        let mut word = first.to_string();
        while let Some(c) = self.rest.next_if(|c| is_of_word(*c)) {
            word.push(c);
        }
        if ["e", "E"].contains(&word.as_str()) && self.rest.next_if_eq(&'\'').is_some() {
            let text = self.quoted('\'', true);
            self.constant(&text, false);
        } else if word.chars().any(is_to_go) {
            self.name(&word.to_ascii_lowercase());
        } else {
            self.out.push_str(&word);
        }
    }
}

/// `text` with what is hidden in Unicode escapes.
fn unicode(text: &str) -> String {
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

/// PostgreSQL takes everything beyond ASCII as a letter.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
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
            ("SELECT A\u{202e}b, $1", "SELECT U&\"a\\202eb\", $1"),
        ] {
            let shown = harmless_sql(sql);
            assert_eq!(shown, expected);
            assert_eq!(harmless_sql(&shown), expected, "once is enough");
        }
    }
}
