//! Statements without what may be secret in them: the values of their literals. No I/O here.

use super::excerpt;

/// What stands in a literal's place.
const MASK: &str = "***";

/// Words of statements whose literals may be secrets: `PASSWORD '…'`, options of foreign servers and
/// subscriptions, keys of other services.
const WORDS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "credential",
    "api_key",
    "apikey",
    "access_key",
    "private",
    "bearer",
];

/// Whether a literal of `statement` may be a secret.
pub(crate) fn speaks_of_secrets(statement: &str) -> bool {
    let lower = statement.to_ascii_lowercase();
    let has_url = lower.contains("://") && lower.contains('@');
    has_url || WORDS.iter().any(|word| lower.contains(word))
}

/// `statement` as people see it: cut around its character `around` if it is long, and without the values
/// of its literals where it speaks of secrets.
pub fn shown(statement: &str, around: Option<usize>) -> String {
    if speaks_of_secrets(statement) {
        return excerpt(&without_literals(statement).text, None);
    }
    excerpt(statement, around)
}

/// `statement` as it is kept where others read it: without the values of its literals.
pub(crate) fn kept(statement: &str) -> String {
    excerpt(&without_literals(statement).text, None)
}

/// `told`, which the server says of `statement`, without the literals of `statement`.
pub(crate) fn told_without(told: &str, statement: &str) -> String {
    /// A shorter one is found by chance, and guessed anyway.
    const SHORTEST: usize = 3;
    let mut told = told.to_owned();
    let mut values = without_literals(statement).values;
    values.retain(|value| value.len() >= SHORTEST);
    // A value may be a part of another one.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    for value in values {
        told = told.replace(value, MASK);
    }
    told
}

/// A statement's text without its literals' values and its comments, and these values.
struct Bare<'a> {
    text: String,
    values: Vec<&'a str>,
}

fn without_literals(statement: &str) -> Bare<'_> {
    let mut bare = Bare {
        text: String::new(),
        values: Vec::new(),
    };
    bare.read(statement);
    bare
}

impl<'a> Bare<'a> {
    fn read(&mut self, sql: &'a str) {
        let mut rest = sql;
        while let Some(letter) = rest.chars().next() {
            let length = match letter {
                '\'' => self.literal(rest),
                '$' => self.dollar(rest),
                '"' => {
                    let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
                    self.text.push_str(&rest[..end]);
                    end
                }
                '-' if rest.starts_with("--") => {
                    self.text.push_str("--");
                    rest.find('\n').unwrap_or(rest.len())
                }
                '/' if rest.starts_with("/*") => {
                    self.text.push_str("/**/");
                    comment_length(rest)
                }
                _ => {
                    self.text.push(letter);
                    letter.len_utf8()
                }
            };
            rest = &rest[length..];
        }
    }

    /// A literal in single quotes, with backslashes where an `E` stands before it.
    fn literal(&mut self, rest: &'a str) -> usize {
        let escaped = self.follows_word("e");
        let mut letters = rest.char_indices().skip(1).peekable();
        let mut end = rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' if escaped => {
                    letters.next();
                }
                '\'' if letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                    letters.next();
                }
                '\'' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        self.values.push(&rest[1..end]);
        self.text.push_str(&format!("'{MASK}'"));
        (end + 1).min(rest.len())
    }

    /// A literal between dollar signs, or a placeholder. The body of a routine is read like a
    /// statement.
    ///
    /// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-DOLLAR-QUOTING>
    fn dollar(&mut self, rest: &'a str) -> usize {
        let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
        let is_tag = |tag: &&str| {
            let word = &tag[1..tag.len() - 1];
            !word.starts_with(|c: char| c.is_ascii_digit())
                && word.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let Some(tag) = tag.filter(is_tag) else {
            self.text.push('$');
            return 1;
        };
        let is_body = self.follows_word("as") || self.follows_word("do");
        let inside = &rest[tag.len()..];
        let end = inside.find(tag).unwrap_or(inside.len());
        self.text.push_str(tag);
        if is_body {
            self.read(&inside[..end]);
        } else {
            self.values.push(&inside[..end]);
            self.text.push_str(MASK);
        }
        self.text.push_str(tag);
        (tag.len() + end + tag.len()).min(rest.len())
    }

    fn follows_word(&self, word: &str) -> bool {
        let text = self.text.trim_end();
        let Some(start) = text.len().checked_sub(word.len()) else {
            return false;
        };
        text.get(start..)
            .is_some_and(|last| last.eq_ignore_ascii_case(word))
            && !text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_')
    }
}

/// Comments in SQL nest.
fn comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_go_and_the_rest_of_a_statement_stays() {
        for (statement, expected) in [
            (
                "ALTER ROLE ann PASSWORD 's3cret'; SELECT 1",
                "ALTER ROLE ann PASSWORD '***'; SELECT 1",
            ),
            (
                "ALTER ROLE ann PASSWORD E's\\'3cret' VALID UNTIL 'x''y'",
                "ALTER ROLE ann PASSWORD E'***' VALID UNTIL '***'",
            ),
            (
                "ALTER ROLE ann PASSWORD $a$s3cret$$$a$, $1, $2",
                "ALTER ROLE ann PASSWORD $a$***$a$, $1, $2",
            ),
            (
                "DO $$BEGIN EXECUTE 's3cret'; END$$ -- s3cret\n;",
                "DO $$BEGIN EXECUTE '***'; END$$ --\n;",
            ),
            (
                "SELECT \"it's\" /* s3cret /* ' */ s3cret */ FROM ä",
                "SELECT \"it's\" /**/ FROM ä",
            ),
            ("SELECT name'ö", "SELECT name'***'"),
            ("SELECT $$s3cret", "SELECT $$***$$"),
        ] {
            assert_eq!(without_literals(statement).text, expected);
        }
    }

    #[test]
    fn people_see_literals_unless_they_may_be_secrets() {
        for statement in ["SELECT 'a'", "INSERT INTO a VALUES ('x@y')"] {
            assert_eq!(shown(statement, None), statement);
        }
        for statement in [
            "CREATE USER MAPPING FOR a SERVER b OPTIONS (PASSWD 's3cret')",
            "SELECT dblink('postgres://u:s3cret@h/d')",
            "SELECT set_config('my.api_key', 's3cret', false)",
        ] {
            let shown = shown(statement, None);
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn what_the_server_repeats_of_a_statement_goes_too() {
        let told = told_without(
            "syntax error at or near \"s3cret\"",
            "PASSWORD 's3cret' 's3'",
        );
        assert_eq!(told, "syntax error at or near \"***\"");
    }
}
