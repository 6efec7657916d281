//! String literals, raw where that saves escapes.

use toolkit_text::{Kind, Quotes, is_hidden, tokens};

use super::layout::{MAX_WIDTH, Place, new_line, width};

/// `text` on one line.
pub(super) fn one_line(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains(is_hidden) {
        raw(text)
    } else {
        escaped(text)
    }
}

/// `sql` on one line, as far as line breaks do not stand in its quotes.
pub(super) fn without_line_breaks(sql: &str) -> String {
    if sql.contains('\n') {
        words(sql).map_or_else(|| sql.to_owned(), |words| words.join(" "))
    } else {
        sql.to_owned()
    }
}

/// Whether `sql` keeps the lines that it has: those of a body are its own.
pub(super) fn has_body(sql: &str) -> bool {
    // Rust takes no lone carriage return in a raw string, and most others cannot be seen.
    let is_written = |c: char| !is_hidden(c) || c == '\n' || c == '\t';
    sql.contains('\n') && words(sql).is_none() && sql.chars().all(is_written)
}

/// `sql` on several lines, broken where white space means nothing.
pub(super) fn broken(sql: &str, place: Place) -> String {
    if has_body(sql) {
        return in_lines(sql);
    }
    let Some(words) = words(sql).filter(|words| !words.iter().any(|word| word.contains(is_hidden)))
    else {
        return one_line(sql);
    };
    let indent = place.indent + 4;
    let is_raw = sql.contains(['"', '\\']);
    // The quotes, and what follows the last line.
    let margin = if is_raw { 4 } else { 2 } + place.tail;
    let mut text = String::new();
    let mut column = place.column + margin;
    let phrases = phrases(words);
    let clause = clause(&phrases);
    for (number, word) in phrases.into_iter().enumerate() {
        let too_long = column + 1 + width(&word) > MAX_WIDTH;
        if !text.is_empty() && (too_long || clause == Some(number)) {
            text.push_str(&new_line(indent));
            column = indent + margin;
        } else if !text.is_empty() {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += width(&word);
    }
    in_lines(&text)
}

/// `sql` in the lines it has, indented.
pub(super) fn lines(sql: &str, place: Place) -> String {
    if has_body(sql) {
        return in_lines(sql);
    }
    if words(sql).is_none_or(|words| words.iter().any(|word| word.contains(is_hidden))) {
        return one_line(sql);
    }
    in_lines(&sql.replace('\n', &new_line(place.indent)))
}

/// `text` with its line breaks as they are.
fn in_lines(text: &str) -> String {
    if text.contains(['"', '\\']) {
        raw(text)
    } else {
        format!("\"{text}\"")
    }
}

/// The words of `sql`, each with the quotes in it; nothing where comments or dollar quotes may be.
fn words(sql: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut goes_on = false;
    for token in tokens(sql) {
        match token.kind {
            Kind::LineComment
            | Kind::BlockComment
            | Kind::Text(Quotes::Dollars)
            | Kind::Parameter => return None,
            Kind::Space => goes_on = false,
            Kind::Word
            | Kind::QuotedName
            | Kind::Text(Quotes::Single | Quotes::Escapes | Quotes::Unicode)
            | Kind::Bits
            | Kind::Number
            | Kind::Sign => {
                match words.last_mut().filter(|_| goes_on) {
                    Some(word) => String::push_str(word, token.text),
                    None => words.push(token.text.to_owned()),
                }
                goes_on = true;
            }
        }
    }
    Some(words)
}

/// The words, but short parentheses as one with what stands before them.
fn phrases(words: Vec<String>) -> Vec<String> {
    const WIDEST: usize = 60;
    let mut phrases: Vec<String> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut depth = 0;
    for word in words {
        if open.is_empty() && word.starts_with('(') {
            open.extend(phrases.pop());
        }
        depth += nesting(&word);
        open.push(word);
        if depth <= 0 {
            let phrase = open.join(" ");
            if width(&phrase) <= WIDEST {
                phrases.push(phrase);
                open.clear();
            } else {
                phrases.append(&mut open);
            }
            depth = 0;
        }
    }
    phrases.append(&mut open);
    phrases
}

/// How many more parentheses `word` opens than it closes, outside its quotes.
fn nesting(word: &str) -> i32 {
    let depths = tokens(word).map(|token| {
        let (opens, closes) = (token.is_sign("("), token.is_sign(")"));
        i32::from(opens) - i32::from(closes)
    });
    depths.sum()
}

/// Where a statement goes on after the name of what it is about: worth a line of its own.
fn clause(phrases: &[String]) -> Option<usize> {
    let place = |word: &str| phrases.iter().position(|phrase| phrase == word);
    match phrases.first()?.as_str() {
        "ALTER" => Some(3),
        "COMMENT" => place("IS"),
        "CREATE" => place("ON"),
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            c if is_hidden(c) => literal.push_str(&c.escape_unicode().to_string()),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

fn raw(text: &str) -> String {
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::{Place, broken, one_line, without_line_breaks};

    #[test]
    fn raw_only_where_it_saves_escapes() {
        assert_eq!(one_line("DROP TABLE users"), "\"DROP TABLE users\"");
        assert_eq!(
            one_line("DROP TABLE \"Users\""),
            "r#\"DROP TABLE \"Users\"\"#"
        );
        assert_eq!(one_line("E'\\\\'"), "r\"E'\\\\'\"");
        assert_eq!(one_line("'a\nb'"), "\"'a\\nb'\"");
    }

    #[test]
    fn quotes_stay_whole() {
        assert_eq!(
            without_line_breaks("CASE\n    WHEN 'a  b'"),
            "CASE WHEN 'a  b'"
        );
        assert_eq!(without_line_breaks("IS 'two\nlines'"), "IS 'two\nlines'");
        assert_eq!(without_line_breaks("a ~ '$'\nAND b"), "a ~ '$' AND b");
        assert_eq!(without_line_breaks("$$a\nb$$"), "$$a\nb$$");
        let long = format!("SELECT '{}' || b", "a ".repeat(60));
        assert!(broken(&long, Place::line(8, 0)).contains(&"a ".repeat(60)));
    }

    #[test]
    fn a_body_keeps_its_lines() {
        let place = Place::line(16, 1);
        let sql = "CREATE FUNCTION f()\nAS $$\n\tSELECT \"a\";\n$$";
        assert_eq!(broken(sql, place), format!("r#\"{sql}\"#"));
        let returned = "DO $$\r\n$$";
        assert_eq!(broken(returned, place), r#""DO $$\u{d}\n$$""#);
    }

    #[test]
    fn long_statements_go_on_after_the_name() {
        let sql = "ALTER TABLE memberships ADD CONSTRAINT memberships_key UNIQUE (organization_id, user_id)";
        let lines = "\"ALTER TABLE memberships\n            \
                     ADD CONSTRAINT memberships_key UNIQUE (organization_id, user_id)\"";
        assert_eq!(broken(sql, Place::line(8, 0)), lines);
    }
}
