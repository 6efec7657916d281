//! Shows the place in a text that PostgreSQL complains of. No I/O here.

use super::Statement;

/// How much of a long line is shown on either side of the place.
const AROUND: usize = 50;

/// The line of `statement` at `position`, in characters from its start, and a caret below it. It is
/// the line of what somebody wrote, if the position is in it: around it stands what we wrote.
pub(super) fn excerpt(statement: &Statement, position: usize) -> String {
    let Statement { sql, written, .. } = statement;
    let offset = sql
        .char_indices()
        .nth(position)
        .map_or(sql.len(), |(offset, _)| offset);
    let (text, offset) = written
        .iter()
        .find_map(|text| Some((text.as_str(), within(text, sql, offset)?)))
        .unwrap_or((sql, offset));
    marked(text, offset)
}

/// The byte of `text` that is the byte `offset` of `sql`, of which it is a part.
fn within(text: &str, sql: &str, offset: usize) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    sql.match_indices(text).find_map(|(start, _)| {
        offset
            .checked_sub(start)
            .filter(|place| *place <= text.len())
    })
}

fn marked(text: &str, offset: usize) -> String {
    let (before, after) = text.split_at(offset);
    let start = before.rfind('\n').map_or(0, |place| place + 1);
    let end = offset + after.find('\n').unwrap_or(after.len());
    let (left, right) = (
        cut_left(&text[start..offset]),
        cut_right(&text[offset..end]),
    );
    let label = if text.trim_end().contains('\n') {
        format!("line {}: ", before.matches('\n').count() + 1)
    } else {
        String::new()
    };
    // A tab is as wide above the caret as before it.
    let space: String = left
        .chars()
        .map(|character| if character == '\t' { '\t' } else { ' ' })
        .collect();
    let indent = " ".repeat(label.len());
    format!("{label}{left}{}\n  {indent}{space}^", right.trim_end())
}

fn cut_left(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND) {
        Some((place, character)) => format!("…{}", &text[place + character.len_utf8()..]),
        None => text.to_owned(),
    }
}

fn cut_right(text: &str) -> String {
    match text.char_indices().nth(AROUND) {
        Some((place, _)) => format!("{}…", &text[..place]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Statement, excerpt};

    fn shown(sql: &str, written: &[&str], place: &str) -> String {
        let statement = Statement {
            what: String::new(),
            name: String::new(),
            sql: sql.to_owned(),
            written: written.iter().map(|text| (*text).to_owned()).collect(),
            is_foreign_key: false,
        };
        let offset = sql.find(place).unwrap();
        excerpt(&statement, sql[..offset].chars().count())
    }

    #[test]
    fn the_caret_stands_below_the_place_in_what_was_written() {
        let view = "CREATE VIEW \"é\" AS SELECT 'ü',\n\tb\n";
        let query = "SELECT 'ü',\n\tb\n";
        for (sql, written, place, expected) in [
            (view, vec![query], "b\n", "line 2: \tb\n          \t^"),
            (
                view,
                vec![query],
                "'ü'",
                "line 1: SELECT 'ü',\n                 ^",
            ),
            (
                view,
                vec![],
                "\"é\"",
                "line 1: CREATE VIEW \"é\" AS SELECT 'ü',\n                      ^",
            ),
            ("CHECK (a > b)", vec!["a > b"], "b)", "a > b\n      ^"),
            ("CHECK (a > b)", vec!["", "a > b"], ")", "a > b\n       ^"),
        ] {
            assert_eq!(shown(sql, &written, place), expected);
        }
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let sql = format!("{}here{}", "a".repeat(80), "b".repeat(80));
        let expected = format!(
            "…{}here{}…\n  {}^",
            "a".repeat(50),
            "b".repeat(46),
            " ".repeat(51)
        );
        assert_eq!(shown(&sql, &[], "here"), expected);
    }
}
