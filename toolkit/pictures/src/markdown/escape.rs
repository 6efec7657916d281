//! What others wrote, made plain text of Markdown.

use toolkit_text::harmless;

/// `text` as it reads, in a paragraph or in a cell of a table: what it says between backticks stays code, nothing else
/// of it is Markdown or HTML.
pub(super) fn text(text: &str) -> String {
    let text = harmless(text.trim());
    let pieces: Vec<&str> = text.split('`').collect();
    // A backtick without its other one is a backtick.
    if pieces.len().is_multiple_of(2) {
        return plain(&text).replace('`', "\\`");
    }
    let pieces = pieces.iter().enumerate().map(|(place, piece)| {
        if place % 2 == 0 {
            plain(piece)
        } else {
            code(piece)
        }
    });
    pieces.collect()
}

fn plain(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_of_word = |place: Option<usize>| {
        place
            .and_then(|it| chars.get(it))
            .is_some_and(|it| it.is_alphanumeric())
    };
    let mut plain = String::new();
    for (place, c) in chars.iter().enumerate() {
        match c {
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '&' => plain.push_str("&amp;"),
            '\n' => plain.push_str("<br>"),
            // Within a word it emphasises nothing.
            '_' if is_of_word(place.checked_sub(1)) && is_of_word(Some(place + 1)) => {
                plain.push('_');
            }
            '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' => {
                plain.push('\\');
                plain.push(*c);
            }
            // A list or a rule begins at the start of a line.
            '-' | '+' | '=' if place == 0 => {
                plain.push('\\');
                plain.push(*c);
            }
            c => plain.push(*c),
        }
    }
    plain
}

/// `text` as code in a cell of a table; nothing where it is empty.
pub(super) fn code(text: &str) -> String {
    let line = harmless(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if line.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    let space = if line.starts_with('`') || line.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{}{space}{fence}", line.replace('|', "\\|"))
}

/// `text` as a block of SQL.
pub(super) fn block(text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}sql\n{}\n{fence}\n", harmless(text.trim_end()))
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_no_markdown_and_no_html() {
        assert_eq!(
            text("a_b _c_ <b>*x*</b>"),
            "a_b \\_c\\_ &lt;b&gt;\\*x\\*&lt;/b&gt;"
        );
        assert_eq!(text("see `a|b` | c"), "see `a\\|b` \\| c");
        assert_eq!(text("one ` only"), "one \\` only");
        assert_eq!(text("[x](javascript:y)\nz"), "\\[x\\](javascript:y)<br>z");
        assert_eq!(text("\u{1b}[2J"), "\\\\u{1b}\\[2J");
    }

    #[test]
    fn code_ends_where_it_ends() {
        assert_eq!(code("a ``b` |"), "```a ``b` \\|```");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code(" "), "");
        assert_eq!(block("x\n```\n"), "````sql\nx\n```\n````\n");
    }
}
