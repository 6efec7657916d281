//! Just enough of SQL's grammar to find what is called by a bare name.

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name, in lower case unless it was quoted.
    Word(String),
    /// A string, without its quotes.
    Text(String),
    /// Anything else, one character.
    Sign(char),
}

/// The tokens of `sql`; comments are left out.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let (token, length) = if c.is_whitespace() {
            (None, c.len_utf8())
        } else if rest.starts_with("--") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("E'") || rest.starts_with('\'') {
            let start = rest.find('\'').unwrap() + 1;
            let (text, end) = quoted(&rest[start..], '\'', c == 'E');
            (Some(Token::Text(text)), start + end)
        } else if c == '"' {
            let (text, end) = quoted(&rest[1..], '"', false);
            (Some(Token::Word(text)), 1 + end)
        } else if let Some(tag) = dollar_tag(rest) {
            let inside = &rest[tag.len()..];
            let end = inside.find(tag).unwrap_or(inside.len());
            let text = inside[..end].to_owned();
            (Some(Token::Text(text)), end + 2 * tag.len())
        } else if c.is_alphabetic() || c == '_' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            (Some(Token::Word(rest[..end].to_lowercase())), end)
        } else {
            (Some(Token::Sign(c)), c.len_utf8())
        };
        tokens.extend(token);
        rest = &rest[length.min(rest.len())..];
    }
    tokens
}

/// The text up to the closing quote, and where it ends.
fn quoted(text: &str, quote: char, escapes: bool) -> (String, usize) {
    let mut content = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        if c == quote {
            if chars.next_if(|(_, next)| *next == quote).is_none() {
                return (content, place + 1);
            }
        } else if escapes && c == '\\' {
            content.extend(chars.next().map(|(_, next)| next));
            continue;
        }
        content.push(c);
    }
    (content, text.len())
}

fn dollar_tag(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('$')?;
    let end = inside.find('$')?;
    let is_tag = inside[..end]
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_');
    is_tag.then(|| &text[..end + 2])
}

/// The statements of a message, each with its text and its tokens.
pub(super) fn statements(message: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut rest = message;
    while let Some(c) = rest.chars().next() {
        let length = if c == '\'' || rest.starts_with("E'") {
            let start = rest.find('\'').unwrap() + 1;
            start + quoted(&rest[start..], '\'', c == 'E').1
        } else if c == '"' {
            1 + quoted(&rest[1..], '"', false).1
        } else if let Some(tag) = dollar_tag(rest) {
            let inside = &rest[tag.len()..];
            inside.find(tag).unwrap_or(inside.len()) + 2 * tag.len()
        } else if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        let (text, behind) = rest.split_at(length.min(rest.len()));
        if text == ";" {
            statements.push(String::new());
        } else if let Some(last) = statements.last_mut() {
            last.push_str(text);
        }
        rest = behind;
    }
    let trimmed = statements.iter().map(|it| it.trim().to_owned());
    trimmed.filter(|it| !it.is_empty()).collect()
}

/// What may stand before a parenthesis and calls nothing: the grammar's own words, and what is resolved
/// as part of the grammar.
const GRAMMAR: &[&str] = &[
    "all",
    "always",
    "and",
    "any",
    "array",
    "as",
    "by",
    "check",
    "coalesce",
    "default",
    "distinct",
    "else",
    "elsif",
    "except",
    "exists",
    "extract",
    "filter",
    "from",
    "greatest",
    "if",
    "in",
    "intersect",
    "into",
    "join",
    "key",
    "lateral",
    "least",
    "not",
    "nullif",
    "on",
    "operator",
    "or",
    "over",
    "references",
    "returning",
    "select",
    "set",
    "some",
    "then",
    "union",
    "unique",
    "using",
    "values",
    "when",
    "where",
    "while",
];

/// What may stand before a name that is followed by a list of columns.
const BEFORE_ALIAS: &[&str] = &["as", "ordinality", "recursive", "with"];

/// The functions that `sql` calls and the system catalogs that it reads by a bare name, with what the
/// bodies of `DO` in it do.
pub(super) fn bare(sql: &str) -> Vec<String> {
    let tokens = tokens(sql);
    let mut found = Vec::new();
    let is_do = tokens.first() == Some(&Token::Word("do".to_owned()));
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| tokens.get(place));
        let name = match token {
            Token::Word(name) => name,
            Token::Text(text) if is_do => {
                found.extend(bare(text));
                continue;
            }
            Token::Text(_) | Token::Sign(_) => continue,
        };
        if before == Some(&Token::Sign('.')) {
            continue;
        }
        let calls =
            tokens.get(place + 1) == Some(&Token::Sign('(')) && !GRAMMAR.contains(&name.as_str());
        let is_alias = match before {
            Some(Token::Word(word)) => BEFORE_ALIAS.contains(&word.as_str()),
            // Behind a call or a query; the modifier of a type behind a cast.
            Some(Token::Sign(sign)) => [')', ':'].contains(sign),
            Some(Token::Text(_)) | None => false,
        };
        let is_further_query = before == Some(&Token::Sign(','))
            && tokens.get(place + 1) == Some(&Token::Word("as".to_owned()));
        let reads = name.starts_with("pg_")
            && name != "pg_catalog"
            && matches!(before, Some(Token::Word(word)) if ["from", "join", "table", "update"].contains(&word.as_str()));
        if (calls && !is_alias && !is_further_query) || reads {
            found.push(name.clone());
        }
    }
    found
}

/// The names of the functions that `sql` calls in `pg_catalog`.
pub(super) fn called(sql: &str) -> Vec<String> {
    let tokens = tokens(sql);
    let is_do = tokens.first() == Some(&Token::Word("do".to_owned()));
    let mut found = Vec::new();
    for window in tokens.windows(4) {
        if let [
            Token::Word(schema),
            Token::Sign('.'),
            Token::Word(name),
            Token::Sign('('),
        ] = window
            && schema == "pg_catalog"
        {
            found.push(name.clone());
        }
    }
    for token in &tokens {
        if let Token::Text(text) = token
            && is_do
        {
            found.extend(called(text));
        }
    }
    found
}

#[test]
fn what_is_called_by_a_bare_name_is_found() {
    for (sql, expected) in [
        (
            "SELECT format('%s', a), pg_catalog.format('%s', b) FROM pg_class c",
            vec!["format", "pg_class"],
        ),
        (
            "SELECT coalesce(a, 'f(x)') FROM pg_catalog.f(1) AS t (b) WHERE b IN (1)",
            vec![],
        ),
        (
            "WITH a AS (SELECT 1), b AS (SELECT x::numeric(3) FROM f(2) t(x)) TABLE a",
            vec!["f"],
        ),
        ("DO $$BEGIN PERFORM g(1); END$$", vec!["g"]),
        (
            "DO 'BEGIN IF EXISTS (SELECT FROM pg_roles) THEN PERFORM 1; END IF; END'",
            vec!["pg_roles"],
        ),
    ] {
        assert_eq!(bare(sql), expected, "{sql}");
    }
    let message = "SET a = ';'; SELECT $$;$$ -- x; y";
    assert_eq!(statements(message), ["SET a = ';'", "SELECT $$;$$ -- x; y"]);
}
