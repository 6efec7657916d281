//! Lines and tables that fit the terminal: no word is ever broken. No I/O here.

use comfy_table::{Table, presets};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm, core::display_width};

/// The lines of `text`, each broken at blanks where it is wider than `width`. What goes on stands as far in as
/// its line did, and `hang` further.
pub fn wrapped(text: &str, width: Option<usize>, hang: usize) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let lines = text.split('\n').map(|line| wrapped_line(line, width, hang));
    lines.collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str, width: usize, hang: usize) -> String {
    if display_width(line) <= width {
        return line.to_owned();
    }
    let words = line.trim_start_matches(' ');
    let indent = " ".repeat(line.len() - words.len());
    let hanging = format!("{indent}{}", " ".repeat(hang));
    let options = Options::new(width)
        .initial_indent(&indent)
        .subsequent_indent(&hanging)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(words, options).join("\n")
}

/// A table's heading, where it has one, and its lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Laid {
    pub(super) heading: Option<String>,
    pub(super) lines: Vec<String>,
}

/// `rows` in aligned columns under `header` where that fits into `width`; else under what their first cells
/// say; else with what follows their second cell on a line of its own.
pub(super) fn laid(header: &[&str], rows: &[Vec<String>], width: Option<usize>) -> Laid {
    let whole = aligned(header, rows, "");
    if fits(&whole, width) {
        return headed(whole);
    }
    let inner: Vec<Vec<String>> = rows.iter().map(|row| tail(row).to_vec()).collect();
    let lines = aligned(tail(header), &inner, "  ");
    if fits(&lines, width) {
        let Laid { heading, lines } = headed(lines);
        let lines = rows.iter().zip(lines).map(|(row, line)| (row, vec![line]));
        return Laid {
            heading,
            lines: grouped(lines),
        };
    }
    let lines = rows.iter().map(|row| (row, stacked(tail(row), width)));
    Laid {
        heading: None,
        lines: grouped(lines),
    }
}

fn tail<T>(row: &[T]) -> &[T] {
    row.split_first().map_or(&[], |(_, tail)| tail)
}

/// Columns two blanks apart, none at either end, each line behind `indent`.
fn aligned(header: &[&str], rows: &[Vec<String>], indent: &str) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.to_vec());
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines = table.lines();
    lines
        .map(|line| format!("{indent}{line}").trim_end().to_owned())
        .collect()
}

fn fits(lines: &[String], width: Option<usize>) -> bool {
    width.is_none_or(|width| lines.iter().all(|line| display_width(line) <= width))
}

fn headed(mut lines: Vec<String>) -> Laid {
    let heading = (!lines.is_empty()).then(|| lines.remove(0));
    Laid { heading, lines }
}

/// Lines under what the first cells of their rows say, each said once.
fn grouped<'r>(rows: impl Iterator<Item = (&'r Vec<String>, Vec<String>)>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut group = None;
    for (row, inner) in rows {
        if row.first() != group {
            group = row.first();
            lines.extend(group.cloned());
        }
        lines.extend(inner);
    }
    lines
}

/// The first cell, and under it the others.
fn stacked(cells: &[String], width: Option<usize>) -> Vec<String> {
    let others: Vec<&str> = tail(cells)
        .iter()
        .map(String::as_str)
        .filter(|cell| !cell.is_empty())
        .collect();
    let first = cells.first().filter(|cell| !cell.is_empty());
    let mut lines: Vec<String> = first.map(|cell| format!("  {cell}")).into_iter().collect();
    if !others.is_empty() {
        let line = wrapped(&format!("    {}", others.join("  ")), width, 0);
        lines.extend(line.split('\n').map(str::to_owned));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_at_blanks_alone_and_goes_on_under_its_beginning() {
        let text = "  alpha beta gamma\nshort";
        assert_eq!(wrapped(text, None, 2), text);
        assert_eq!(wrapped(text, Some(14), 2), "  alpha beta\n    gamma\nshort");
        let word = "m20260901_000001_create_organizations_and_users";
        assert_eq!(wrapped(word, Some(20), 2), word);
        // Colours take no room.
        let coloured = "\u{1b}[1mbold\u{1b}[0m text";
        assert_eq!(wrapped(coloured, Some(9), 0), coloured);
    }

    #[test]
    fn a_table_becomes_narrower_before_a_word_is_broken() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["users", "m1_create", "applied"]),
            row(["users", "m2_add_a_column", ""]),
            row(["plans", "m1", "pending"]),
        ];
        let laid = |width| {
            let Laid { heading, lines } = laid(&["SERVICE", "NAME", "STATE"], &rows, width);
            (heading.unwrap_or_default(), lines.join("\n"))
        };
        let whole = "users    m1_create        applied\nusers    m2_add_a_column\nplans    m1               pending";
        let heading = "SERVICE  NAME             STATE";
        assert_eq!(laid(None), (heading.to_owned(), whole.to_owned()));
        assert_eq!(laid(Some(33)), laid(None));
        let under = "users\n  m1_create        applied\n  m2_add_a_column\nplans\n  m1               pending";
        let heading = "  NAME             STATE";
        assert_eq!(laid(Some(32)), (heading.to_owned(), under.to_owned()));
        let stacked =
            "users\n  m1_create\n    applied\n  m2_add_a_column\nplans\n  m1\n    pending";
        assert_eq!(laid(Some(20)), (String::new(), stacked.to_owned()));
    }
}
