//! What PostgreSQL prints as a list within a list, and reads back as one list. No I/O here.
//!
//! `x BETWEEN 1 AND 5 AND y` is stored as `((x >= 1) AND (x <= 5)) AND y`. The parser takes a list at
//! the left of an `AND` or `OR` for the beginning of the longer one, also in parentheses:
//! `makeAndExpr` in <https://github.com/postgres/postgres/blob/master/src/backend/parser/gram.y>.

use super::{is_word_at, walk};

const WORDS: [&str; 2] = ["AND", "OR"];

/// Something in parentheses.
struct Group {
    open: usize,
    /// What its own operands stand between, where it is such a list.
    word: Option<&'static str>,
}

/// `sql` without the parentheses around a list that begins a longer one.
pub(super) fn flattened(sql: String) -> String {
    // Most expressions have nothing of the kind.
    if !sql.contains("((") || !WORDS.iter().any(|word| sql.contains(word)) {
        return sql;
    }
    let mut needless = needless(&sql);
    if needless.is_empty() {
        return sql;
    }
    needless.sort_unstable();
    let mut out = String::with_capacity(sql.len());
    let mut done = 0;
    for place in needless {
        out.push_str(&sql[done..place]);
        done = place + 1;
    }
    out + &sql[done..]
}

/// The places of the parentheses that the parser sees through.
fn needless(sql: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    walk(sql, |place, c, _| {
        match c {
            '(' => groups.push(Group {
                open: place,
                word: None,
            }),
            ')' => {
                if let Some(group) = groups.pop()
                    && begins_longer(sql, &group, place)
                {
                    places.extend([group.open, place]);
                }
            }
            _ => {
                if let (Some(group), Some(word)) = (groups.last_mut(), word_at(sql, place)) {
                    group.word = Some(word);
                }
            }
        }
        false
    });
    places
}

/// Whether `group`, which ends at `close`, is a list and the first operand of another of its kind.
fn begins_longer(sql: &str, group: &Group, close: usize) -> bool {
    let behind = sql[close + 1..].strip_prefix(' ');
    group.word.is_some_and(|word| {
        sql[..group.open].ends_with('(')
            && behind.is_some_and(|behind| word_at(behind, 0) == Some(word))
    })
}

/// The keyword at `place`.
fn word_at(sql: &str, place: usize) -> Option<&'static str> {
    WORDS.into_iter().find(|word| is_word_at(sql, place, word))
}

#[cfg(test)]
mod tests {
    use super::flattened;

    #[test]
    fn a_list_at_the_beginning_of_a_list_is_part_of_it() {
        let cases = [
            (
                "(((b >= 1) AND (b <= 5)) AND (b <> 3))",
                "((b >= 1) AND (b <= 5) AND (b <> 3))",
            ),
            (
                "((((a AND b) AND c) AND d) AND (e AND f))",
                "(a AND b AND c AND d AND (e AND f))",
            ),
            (
                "((((b = 1) AND (c = 2)) OR ((b = 3) AND (c = 4))) OR (b = 9))",
                "(((b = 1) AND (c = 2)) OR ((b = 3) AND (c = 4)) OR (b = 9))",
            ),
            (
                "CHECK ((f((((a OR b) OR c))::integer) = 1))",
                "CHECK ((f(((a OR b OR c))::integer) = 1))",
            ),
        ];
        for (printed, kept) in cases {
            assert_eq!(flattened(printed.to_owned()), kept);
            assert_eq!(flattened(kept.to_owned()), kept);
        }
        for kept in [
            "((a AND b) OR c)",
            "(a AND (b AND c))",
            "(((a AND b))::text AND c)",
            "((NOT (a AND b)) AND c)",
            "'((a AND b) AND c)'::text",
            "((\"a AND b\") AND c)",
            "((x_AND y) AND c)",
            "(((ORDER b)) AND c)",
        ] {
            assert_eq!(flattened(kept.to_owned()), kept);
        }
    }
}
