//! Statements without what may be secret in them: the values of their literals. No I/O here.

use std::borrow::Cow;

use toolkit_text::{Kind, Quotes, Token, tokens};

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
        told = told.replace(&*value, MASK);
    }
    told
}

/// A statement's text without its literals' values and its comments, and these values.
struct Bare<'a> {
    text: String,
    /// As they are written, and as they are meant where that is something else.
    values: Vec<Cow<'a, str>>,
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
        // Whether a routine's body may come, which is read like a statement.
        let mut is_body = false;
        for token in tokens(sql) {
            match token.kind {
                Kind::Text(Quotes::Dollars) => self.between_dollars(&token, is_body),
                Kind::Text(_) | Kind::Bits => self.literal(&token),
                Kind::LineComment => self.text.push_str("--"),
                Kind::BlockComment => self.text.push_str("/**/"),
                Kind::Space
                | Kind::Word
                | Kind::QuotedName
                | Kind::Number
                | Kind::Parameter
                | Kind::Sign => self.text.push_str(token.text),
            }
            if !token.is_blank() {
                is_body = token.is_word("as") || token.is_word("do");
            }
        }
    }

    fn literal(&mut self, token: &Token<'a>) {
        let prefix = token.text.find('\'').unwrap_or(0);
        self.text
            .push_str(&format!("{}'{MASK}'", &token.text[..prefix]));
        self.keep(token);
    }

    fn between_dollars(&mut self, token: &Token<'a>, is_body: bool) {
        let tag = token.tag().unwrap_or_default();
        self.text.push_str(tag);
        match token.inside() {
            Some(body) if is_body => self.read(body),
            Some(_) | None => {
                self.text.push_str(MASK);
                self.keep(token);
            }
        }
        self.text.push_str(tag);
    }

    fn keep(&mut self, token: &Token<'a>) {
        let (written, meant) = (token.inside().unwrap_or_default(), token.value());
        self.values.extend(meant.filter(|meant| meant != written));
        self.values.push(written.into());
    }
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
            (
                "PASSWORD E'a'\n'\\'s3cret', $b$s3cret$b$",
                "PASSWORD E'***'\n'***', $b$***$b$",
            ),
            (
                "AS /* s3cret */ $$SELECT 's3cret', X'1f'$$",
                "AS /**/ $$SELECT '***', X'***'$$",
            ),
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
        let told = told_without("role \"s3'cret\"", "PASSWORD 's3''cret'");
        assert_eq!(told, "role \"***\"");
    }
}
