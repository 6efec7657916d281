//! Casts of whole arrays, which the parser pushes into the elements. No I/O here.
//!
//! `varchar_column IN ('a', 'b')` is stored as a cast of the whole array and printed
//! `(ARRAY['a'::character varying, …])::text[]`; reading that text back pushes the cast into the
//! elements, `ARRAY[('a'::character varying)::text, …]`, and there it stays:
//! <https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-ARRAY-CONSTRUCTORS>.
//! What is printed for people has fewer parentheses: `ARRAY['a'::character varying, …]::text[]`.

use toolkit_text::is_of_word;

use super::{end_of_list, find_outside_quotes, split_list, unnamed::behind_operand};

const ARRAY: &str = "ARRAY[";

/// How much PostgreSQL puts in parentheses.
#[derive(Clone, Copy)]
enum Printed {
    /// All operands.
    Plain,
    /// What needs them.
    Pretty,
}

/// `sql` with the casts of arrays pushed into their elements.
pub(super) fn with_cast_elements(sql: &str) -> String {
    let mut rest = sql;
    let mut out = String::with_capacity(sql.len());
    while let Some(start) = find_outside_quotes(rest, ARRAY) {
        let (before, from_array) = rest.split_at(start);
        out.push_str(before);
        let is_word = !before.ends_with(is_of_word);
        let cast = cast_array(from_array, before.ends_with('(')).filter(|_| is_word);
        if let Some((printed, array, after)) = cast {
            if matches!(printed, Printed::Plain) {
                out.pop();
            }
            out.push_str(&array);
            rest = after;
        } else {
            out.push_str(ARRAY);
            rest = &from_array[ARRAY.len()..];
        }
    }
    out.push_str(rest);
    out
}

/// Reads `ARRAY[…]`, perhaps in parentheses, and the cast behind it: the array with the cast pushed
/// in, and the rest.
fn cast_array(sql: &str, parenthesised: bool) -> Option<(Printed, String, &str)> {
    let inside = &sql[ARRAY.len()..];
    let close = end_of_list(inside)?;
    let plain = inside[close..].strip_prefix("])::");
    let (printed, cast) = match plain.filter(|_| parenthesised) {
        Some(cast) => (Printed::Plain, cast),
        None => (Printed::Pretty, inside[close..].strip_prefix("]::")?),
    };
    let list = &inside[..close];
    let type_end = cast.find("[]")?;
    let data_type = &cast[..type_end];
    let is_type = |c: char| c.is_alphanumeric() || "_ .\"$(,)".contains(c);
    // An empty array has no elements to cast.
    if list.trim().is_empty() || !data_type.chars().all(is_type) || !is_balanced(data_type) {
        return None;
    }
    let elements: Vec<_> = split_list(list)
        .into_iter()
        .map(|element| cast_element(element, data_type, printed))
        .collect();
    let array = format!("ARRAY[{}]", elements.join(", "));
    Some((printed, array, &cast[type_end + 2..]))
}

fn cast_element(element: &str, data_type: &str, printed: Printed) -> String {
    let is_array = element.starts_with(ARRAY);
    match printed {
        Printed::Plain if is_array => with_cast_elements(&format!("({element})::{data_type}[]")),
        Printed::Pretty if is_array => with_cast_elements(&format!("{element}::{data_type}[]")),
        Printed::Pretty if is_simple(element) => {
            format!("{}::{data_type}", with_cast_elements(element))
        }
        Printed::Plain | Printed::Pretty => {
            format!("({})::{data_type}", with_cast_elements(element))
        }
    }
}

/// Whether a cast of `element` needs no parentheses: a name, a call, a literal, or a cast of one.
fn is_simple(element: &str) -> bool {
    let behind_name = element.trim_start_matches(|c: char| is_of_word(c) || c == '.' || c == '"');
    let rest = behind_operand(element).unwrap_or(behind_name);
    let is_cast = |part: &str| {
        part.chars()
            .all(|c| is_of_word(c) || " .\"(),[]".contains(c))
    };
    rest.is_empty() || (rest.starts_with("::") && rest.split("::").all(is_cast))
}

fn is_balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count() && !text.starts_with(')')
}

#[cfg(test)]
mod tests {
    use super::with_cast_elements;

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
                "AS $f$ -- don't (ARRAY[1])::text[] $f$",
                "AS $f$ -- don't (ARRAY[1])::text[] $f$",
            ),
            (
                "($1 = ANY ((ARRAY['$f$'::x])::text[]))",
                "($1 = ANY (ARRAY[('$f$'::x)::text]))",
            ),
            ("ARRAY[]::text[]", "ARRAY[]::text[]"),
            (
                "old.v::text = ANY (ARRAY['a'::character varying, 'b'::character varying(3), old.w, a || b]::text[])",
                "old.v::text = ANY (ARRAY['a'::character varying::text, 'b'::character varying(3)::text, \
                 old.w::text, (a || b)::text])",
            ),
            (
                "ARRAY[ARRAY['a'::b], ARRAY[-5]]::text[]",
                "ARRAY[ARRAY['a'::b::text], ARRAY[(-5)::text]]",
            ),
            ("\"MY_ARRAY[1]::text[]\"", "\"MY_ARRAY[1]::text[]\""),
        ];
        for (printed, kept) in cases {
            assert_eq!(with_cast_elements(printed), kept);
            assert_eq!(with_cast_elements(kept), kept);
        }
    }
}
