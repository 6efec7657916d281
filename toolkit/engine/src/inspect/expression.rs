//! Brings deparsed expressions to the form that another round through PostgreSQL keeps.
//! No I/O here.
//!
//! `varchar_column IN ('a', 'b')` is stored as a cast of the whole array and printed
//! `(ARRAY['a'::character varying, …])::text[]`; reading that text back pushes the cast into the
//! elements, `ARRAY[('a'::character varying)::text, …]`, and there it stays:
//! <https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-ARRAY-CONSTRUCTORS>.

mod by_place;
mod unnamed;

pub(super) use by_place::{RowFunction, by_name};

const OPEN: &str = "(ARRAY[";
const EXTRACT: &str = "EXTRACT(";

/// The form of `sql` that PostgreSQL prints again after having read it.
pub(super) fn to_fixpoint(sql: &str) -> String {
    unnamed::named(with_lower_fields(&with_cast_elements(sql)))
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

fn with_cast_elements(sql: &str) -> String {
    let mut rest = sql;
    let mut out = String::with_capacity(sql.len());
    while let Some(start) = find_outside_quotes(rest, OPEN) {
        let (before, from_array) = rest.split_at(start);
        out.push_str(before);
        if let Some((array, after)) = cast_array(from_array) {
            out.push_str(&array);
            rest = after;
        } else {
            out.push_str(OPEN);
            rest = &from_array[OPEN.len()..];
        }
    }
    out.push_str(rest);
    out
}

/// Reads `(ARRAY[…])::type[]` at the start of `sql`: the array with the cast pushed in, and the rest.
fn cast_array(sql: &str) -> Option<(String, &str)> {
    let inside = &sql[OPEN.len()..];
    let close = end_of_list(inside)?;
    let cast = inside[close..].strip_prefix("])::")?;
    let type_end = cast.find("[]")?;
    let data_type = &cast[..type_end];
    let is_type = |c: char| c.is_alphanumeric() || "_ .\"$".contains(c);
    if !data_type.chars().all(|c| is_type(c) || "(,)".contains(c)) || !is_balanced(data_type) {
        return None;
    }
    let elements: Vec<_> = split_list(&inside[..close])
        .into_iter()
        .map(|element| match element.strip_prefix("ARRAY[") {
            Some(_) => with_cast_elements(&format!("({element})::{data_type}[]")),
            None => format!("({})::{data_type}", with_cast_elements(element)),
        })
        .collect();
    Some((
        format!("ARRAY[{}]", elements.join(", ")),
        &cast[type_end + 2..],
    ))
}

fn is_balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count() && !text.starts_with(')')
}

/// Steps through `sql` and tells `visit` of each character outside quotes, its place and depth in
/// brackets, until that says to stop.
fn walk(sql: &str, mut visit: impl FnMut(usize, char, i32) -> bool) -> Option<usize> {
    let mut depth = 0;
    let mut place = 0;
    while let Some(c) = sql[place..].chars().next() {
        if let Some(length) = quoted(&sql[..place], &sql[place..]) {
            place += length;
            continue;
        }
        if visit(place, c, depth) {
            return Some(place);
        }
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        place += c.len_utf8();
    }
    None
}

/// The length of the literal or the quoted name that `sql` begins with.
fn quoted(before: &str, sql: &str) -> Option<usize> {
    let end = |mark: &str| {
        let inside = &sql[mark.len()..];
        let length = inside.find(mark).map(|end| end + mark.len());
        mark.len() + length.unwrap_or(inside.len())
    };
    match sql.chars().next()? {
        '\'' => Some(end("'")),
        '"' => Some(end("\"")),
        '$' if !before.ends_with(is_of_word) => {
            let tag = sql[1..].split('$').next()?;
            let mark = sql.get(..tag.len() + 2)?;
            let is_tag = tag.chars().all(is_of_word) && !tag.starts_with(char::is_numeric);
            is_tag.then(|| end(mark))
        }
        _ => None,
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
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
    fn a_cast_of_an_array_moves_to_its_elements() {
        let cases = [
            (
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b, ''c'::character varying])::text[]))",
                "((status)::text = ANY (ARRAY[('a'::character varying)::text, ('b, ''c'::character varying)::text]))",
            ),
            ("(x = ANY (ARRAY[1, 2]))", "(x = ANY (ARRAY[1, 2]))"),
            (
                "(ARRAY[f(1, 2), ('b')::x])::numeric(10,2)[]",
                "ARRAY[(f(1, 2))::numeric(10,2), (('b')::x)::numeric(10,2)]",
            ),
            (
                "(ARRAY[ARRAY['a'::b], ARRAY['c'::b]])::text[]",
                "ARRAY[ARRAY[('a'::b)::text], ARRAY[('c'::b)::text]]",
            ),
            ("'(ARRAY[1])::text[]'::text", "'(ARRAY[1])::text[]'::text"),
            ("(ARRAY[1, 2])[1]", "(ARRAY[1, 2])[1]"),
            (
                "EXTRACT(YEAR FROM a), 'EXTRACT(YEAR'",
                "EXTRACT(year FROM a), 'EXTRACT(YEAR'",
            ),
            (
                "AS $f$ -- don't (ARRAY[1])::text[] $f$",
                "AS $f$ -- don't (ARRAY[1])::text[] $f$",
            ),
            (
                "($1 = ANY ((ARRAY['$f$'::x])::text[]))",
                "($1 = ANY (ARRAY[('$f$'::x)::text]))",
            ),
        ];
        for (printed, kept) in cases {
            assert_eq!(to_fixpoint(printed), kept);
            assert_eq!(to_fixpoint(kept), kept);
        }
    }
}
