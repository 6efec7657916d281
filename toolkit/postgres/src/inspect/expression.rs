//! Brings deparsed expressions to the form that another round through PostgreSQL keeps.
//! No I/O here.

mod arrays;
mod by_place;
mod nested;
mod unnamed;

use toolkit_text::{Kind, is_of_word, tokens};

pub(super) use by_place::{RowFunction, by_name};

const EXTRACT: &str = "EXTRACT(";

/// The form of `sql` that PostgreSQL prints again after having read it.
pub(super) fn to_fixpoint(sql: &str) -> String {
    let sql = with_lower_fields(&arrays::with_cast_elements(sql));
    unnamed::named(nested::flattened(with_spaced_values(sql)))
}

/// A `VALUES` list that is an arm of a set operation is printed as `(VALUES …)`, and read back as a
/// query of its own, which is printed as `( VALUES …)`.
fn with_spaced_values(sql: String) -> String {
    const PRINTED: &str = "(VALUES ";
    if find_outside_quotes(&sql, PRINTED).is_none() {
        return sql;
    }
    let mut places = Vec::new();
    walk(&sql, |place, _, _| {
        if sql[place..].starts_with(PRINTED) {
            places.push(place + 1);
        }
        false
    });
    let mut spaced = sql;
    for place in places.into_iter().rev() {
        spaced.insert(place, ' ');
    }
    spaced
}

/// `extract('YEAR' FROM …)` is printed without the quotes, and read back as `year`.
fn with_lower_fields(sql: &str) -> String {
    let mut rest = sql;
    let mut out = String::with_capacity(sql.len());
    while let Some(start) = find_outside_quotes(rest, EXTRACT) {
        let field = start + EXTRACT.len();
        let length = rest[field..].find(|c| !is_of_word(c));
        let end = field + length.unwrap_or_default();
        out.push_str(&rest[..field]);
        out.push_str(&rest[field..end].to_lowercase());
        rest = &rest[end..];
    }
    out + rest
}

/// As [`to_fixpoint`]; `settled` becomes false where that is not what `sql` says.
pub(super) fn settle(sql: &str, settled: &mut bool) -> String {
    let kept = to_fixpoint(sql);
    *settled &= kept == sql;
    kept
}

/// Steps through `sql` and tells `visit` of each character outside quotes, its place and depth in
/// brackets, until that says to stop.
fn walk(sql: &str, mut visit: impl FnMut(usize, char, i32) -> bool) -> Option<usize> {
    let mut depth = 0;
    for token in tokens(sql).filter(|token| !is_quoted(token.kind)) {
        for (place, c) in token.text.char_indices() {
            if visit(token.start + place, c, depth) {
                return Some(token.start + place);
            }
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                _ => {}
            }
        }
    }
    None
}

fn is_quoted(kind: Kind) -> bool {
    match kind {
        Kind::QuotedName | Kind::Text(_) | Kind::Bits => true,
        Kind::Space
        | Kind::LineComment
        | Kind::BlockComment
        | Kind::Word
        | Kind::Number
        | Kind::Parameter
        | Kind::Sign => false,
    }
}

/// Whether the keyword `word` stands at `place`.
fn is_word_at(sql: &str, place: usize, word: &str) -> bool {
    sql[place..].starts_with(word)
        && !sql[..place].ends_with(is_of_word)
        && !sql[place + word.len()..].starts_with(is_of_word)
}

fn find_outside_quotes(sql: &str, text: &str) -> Option<usize> {
    // Most expressions hold it nowhere.
    sql.find(text)?;
    walk(sql, |place, _, _| sql[place..].starts_with(text))
}

fn end_of_list(sql: &str) -> Option<usize> {
    walk(sql, |_, c, depth| depth == 0 && c == ']')
}

fn split_list(list: &str) -> Vec<&str> {
    let mut commas = Vec::new();
    walk(list, |place, c, depth| {
        if depth == 0 && c == ',' {
            commas.push(place);
        }
        false
    });
    let mut start = 0;
    let mut elements = Vec::with_capacity(commas.len() + 1);
    for comma in commas {
        elements.push(list[start..comma].trim());
        start = comma + 1;
    }
    elements.push(list[start..].trim());
    elements
}

#[cfg(test)]
mod tests {
    use super::to_fixpoint;

    #[test]
    fn what_is_printed_otherwise_than_it_was_read_gets_the_form_that_stays() {
        let cases = [
            (
                "EXTRACT(YEAR FROM a), 'EXTRACT(YEAR'",
                "EXTRACT(year FROM a), 'EXTRACT(YEAR'",
            ),
            (
                "FROM (VALUES (2)) \"*VALUES*\", (VALUES (3)), '(VALUES (2))'",
                "FROM ( VALUES (2)) \"*VALUES*\", ( VALUES (3)), '(VALUES (2))'",
            ),
            (
                "(((a >= 1) AND (a <= 2)) AND (b = ANY ((ARRAY['x'::c])::text[])))",
                "((a >= 1) AND (a <= 2) AND (b = ANY (ARRAY[('x'::c)::text])))",
            ),
        ];
        for (printed, kept) in cases {
            assert_eq!(to_fixpoint(printed), kept);
            assert_eq!(to_fixpoint(kept), kept);
        }
    }
}
