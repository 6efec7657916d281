//! Attributes, string literals and doc comments. No I/O here.

use toolkit_text::harmless_line;

use crate::layout::{MAX_WIDTH, new_line, width};

/// The widest list of an attribute's words on one line, which rustfmt calls `attr_fn_like_width`.
const WIDEST: usize = 70;

/// `#[sea_orm(…)]`, or nothing where there is nothing to say.
pub(super) fn sea_orm(words: &[String], indent: usize) -> String {
    if words.is_empty() {
        return String::new();
    }
    let line = words.join(", ");
    let margin = " ".repeat(indent);
    let one = format!("{margin}#[sea_orm({line})]\n");
    // A lone word may be as long as it likes.
    if words.len() == 1 || (width(&line) <= WIDEST && width(&one) <= MAX_WIDTH + 1) {
        return one;
    }
    let inner = new_line(indent + 4);
    format!(
        "{margin}#[sea_orm({inner}{}\n{margin})]\n",
        words.join(&format!(",{inner}"))
    )
}

/// `name = "text"`.
pub(super) fn says(name: &str, text: &str) -> String {
    format!("{name} = {text:?}")
}

/// `text` as a doc comment, with what rustdoc would take for code made harmless.
pub(super) fn doc(text: &str, indent: usize) -> String {
    let lines = text.trim().lines().map(|line| {
        let line = harmless_line(line.trim()).replace("```", "'''");
        format!("{}/// {line}", " ".repeat(indent))
            .trim_end()
            .to_owned()
            + "\n"
    });
    lines.collect()
}

/// `name` between backticks, in one line.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", harmless_line(name).replace('`', "'"))
}
