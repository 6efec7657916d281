//! SQL in tokens, by PostgreSQL's lexical rules. No I/O here.

mod value;

use std::borrow::Cow;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// A piece of a text. The texts of all tokens, put together, are the text that they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'s> {
    /// What it is.
    pub kind: Kind,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// How it is written.
    pub text: &'s str,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// White space.
    Space,
    /// `-- …`, without the end of its line.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// A key word, or a name without quotes.
    Word,
    /// A name in quotes: `"…"` or `U&"…"`.
    QuotedName,
    /// A string constant.
    Text(Quotes),
    /// A bit string: `B'…'` or `X'…'`.
    Bits,
    /// A number.
    Number,
    /// A parameter: `$1`.
    Parameter,
    /// Any other character; `..` is one token, and each character of an operator is one.
    Sign,
}

/// How a string constant is written:
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// `'…'` or `N'…'`.
    Single,
    /// `E'…'`, in which a backslash escapes.
    Escapes,
    /// `U&'…'`.
    Unicode,
    /// `$tag$…$tag$`.
    Dollars,
}

impl<'s> Token<'s> {
    /// What a word or a quoted name names: without quotes, a word in lower case.
    pub fn name(&self) -> Option<Cow<'s, str>> {
        match self.kind {
            Kind::Word => Some(lower(self.text)),
            Kind::QuotedName => Some(value::of_quoted_name(self.text)),
            Kind::Space
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::Text(_)
            | Kind::Bits
            | Kind::Number
            | Kind::Parameter
            | Kind::Sign => None,
        }
    }

    /// What a string constant stands for.
    pub fn value(&self) -> Option<Cow<'s, str>> {
        match self.kind {
            Kind::Text(quotes) => Some(value::of_constant(self.inside()?, quotes)),
            Kind::Space
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::Word
            | Kind::QuotedName
            | Kind::Bits
            | Kind::Number
            | Kind::Parameter
            | Kind::Sign => None,
        }
    }

    /// What stands between the quotes, as it is written; to the end where none closes.
    pub fn inside(&self) -> Option<&'s str> {
        match self.kind {
            Kind::Text(Quotes::Dollars) => {
                let tag = self.tag()?;
                let inside = &self.text[tag.len()..];
                Some(inside.strip_suffix(tag).unwrap_or(inside))
            }
            Kind::Text(Quotes::Single | Quotes::Escapes | Quotes::Unicode) | Kind::Bits => {
                Some(value::between(self.text, '\''))
            }
            Kind::QuotedName => Some(value::between(self.text, '"')),
            Kind::Space
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::Word
            | Kind::Number
            | Kind::Parameter
            | Kind::Sign => None,
        }
    }

    /// The quote that a constant between dollar signs begins with: `$tag$`.
    pub fn tag(&self) -> Option<&'s str> {
        if self.kind != Kind::Text(Quotes::Dollars) {
            return None;
        }
        let end = self.text[1..].find('$')?;
        Some(&self.text[..end + 2])
    }

    /// Whether it is white space or a comment, which mean nothing.
    pub fn is_blank(&self) -> bool {
        matches!(
            self.kind,
            Kind::Space | Kind::LineComment | Kind::BlockComment
        )
    }

    /// Whether it is this key word, in whichever case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this character, outside quotes.
    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of `sql`, with the white space and the comments.
///
/// ```
/// let tokens = toolkit_text::tokens("a.\"B\"");
/// let names: Vec<_> = tokens.filter_map(|token| token.name()).collect();
/// assert_eq!(names, ["a", "B"]);
/// ```
pub fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> {
    let mut lexer = tokenize(sql);
    let mut start = 0;
    let mut before = [None, None];
    std::iter::from_fn(move || {
        let mut token = read(lexer.next()?, sql, start);
        if escapes_go_on(before, &token) {
            token.kind = Kind::Text(Quotes::Escapes);
            token.text = with_escapes(&sql[start..]);
            // The lexer sees another end of it.
            lexer = tokenize(&sql[token.end()..]);
        }
        start = token.end();
        before = [before[1], Some(token)];
        Some(token)
    })
}

fn read(token: squawk_lexer::Token, sql: &str, start: usize) -> Token<'_> {
    Token {
        kind: kind(token.kind),
        start,
        text: &sql[start..start + token.len as usize],
    }
}

/// A constant goes on in quotes on another line, by the rules that it began with.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS>
fn escapes_go_on(before: [Option<Token<'_>>; 2], token: &Token<'_>) -> bool {
    let [Some(constant), Some(space)] = before else {
        return false;
    };
    token.text.starts_with('\'')
        && constant.kind == Kind::Text(Quotes::Escapes)
        && space.kind == Kind::Space
        && space.text.contains(['\n', '\r'])
}

/// The constant that `sql` begins with, in which a backslash escapes.
fn with_escapes(sql: &str) -> &str {
    let mut letters = sql.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '\'' if letters.next_if(|(_, next)| *next == '\'').is_none() => return &sql[..=at],
            _ => {}
        }
    }
    sql
}

fn kind(kind: TokenKind) -> Kind {
    match kind {
        TokenKind::Whitespace | TokenKind::Eof => Kind::Space,
        TokenKind::LineComment => Kind::LineComment,
        TokenKind::BlockComment { .. } => Kind::BlockComment,
        TokenKind::Ident => Kind::Word,
        TokenKind::QuotedIdent { .. } => Kind::QuotedName,
        TokenKind::PositionalParam { .. } => Kind::Parameter,
        TokenKind::Literal { kind } => match kind {
            LiteralKind::Str { .. } | LiteralKind::NationalStr { .. } => Kind::Text(Quotes::Single),
            LiteralKind::EscStr { .. } => Kind::Text(Quotes::Escapes),
            LiteralKind::UnicodeEscStr { .. } => Kind::Text(Quotes::Unicode),
            LiteralKind::DollarQuotedString { .. } => Kind::Text(Quotes::Dollars),
            LiteralKind::BitStr { .. } | LiteralKind::ByteStr { .. } => Kind::Bits,
            LiteralKind::Int { .. } | LiteralKind::Numeric { .. } => Kind::Number,
        },
        // Of the lexer's enum, not ours: whatever else it knows is a character or two.
        _ => Kind::Sign,
    }
}

/// PostgreSQL folds what is beyond ASCII only in encodings of one byte a letter.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>
fn lower(word: &str) -> Cow<'_, str> {
    if word.contains(|c: char| c.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// Whether a name without quotes goes on with `c`: PostgreSQL takes everything beyond ASCII as a letter.
pub fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Quotes, tokens};

    #[test]
    fn what_is_quoted_is_one_token() {
        for (sql, kinds) in [
            ("'a''b'", vec![Kind::Text(Quotes::Single)]),
            ("e'a\\'b'", vec![Kind::Text(Quotes::Escapes)]),
            ("U&'\\0061'", vec![Kind::Text(Quotes::Unicode)]),
            ("$a$ $$ $b$ $a$", vec![Kind::Text(Quotes::Dollars)]),
            ("\"a\"\"b\"", vec![Kind::QuotedName]),
            ("U&\"a\"", vec![Kind::QuotedName]),
            ("X'1f'", vec![Kind::Bits]),
            ("/* a /* b */ c */", vec![Kind::BlockComment]),
            ("a$b$c", vec![Kind::Word]),
            ("name'a'", vec![Kind::Word, Kind::Text(Quotes::Single)]),
            ("$1", vec![Kind::Parameter]),
            ("--a\r1", vec![Kind::LineComment, Kind::Space, Kind::Number]),
            ("a\u{a0}b", vec![Kind::Word]),
        ] {
            let found: Vec<Kind> = tokens(sql).map(|token| token.kind).collect();
            assert_eq!(found, kinds, "{sql}");
        }
    }

    #[test]
    fn a_constant_goes_on_by_the_rules_that_it_began_with() {
        let sql = "E'a'\n'b\\'c' || 'd\\'";
        let values: Vec<_> = tokens(sql).filter_map(|token| token.value()).collect();
        assert_eq!(values, ["a", "b'c", "d\\"]);
        let others = tokens("'a'\n'b\\' , 'c'").filter_map(|token| token.value());
        assert_eq!(others.count(), 3);
    }
}
