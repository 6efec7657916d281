//! Makes what others wrote harmless for the place where it goes: a terminal, a comment, a script.
//! A name may hold any character: a carriage return ends a comment of a script, an escape sequence moves a
//! terminal's cursor, and some characters let a line be read otherwise than it is run. No I/O here.

mod sql;

use std::borrow::Cow;

pub use sql::harmless_sql;

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
