//! The words of SQL as PostgreSQL reads them: without blanks and comments, and what is quoted without
//! its quotes. No I/O here.

use toolkit_text::{Kind as TokenKind, Token, tokens};

/// One word, and where it begins in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is, and what it says.
    pub kind: Kind,
    /// Where it begins, in bytes.
    pub start: usize,
}

/// What kind of word it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key word or a name without quotes, in lower case.
    Plain(String),
    /// A name in quotes.
    Quoted(String),
    /// A string, in whichever quotes.
    Text(String),
    /// A number or another constant.
    Constant(String),
    /// A character that stands for itself.
    Sign(char),
}

impl Word {
    /// What it says, where it is a key word or a name without quotes.
    pub fn plain(&self) -> Option<&str> {
        match &self.kind {
            Kind::Plain(word) => Some(word),
            Kind::Quoted(_) | Kind::Text(_) | Kind::Constant(_) | Kind::Sign(_) => None,
        }
    }

    /// What an object may be called by: PostgreSQL knows no difference once it has read them.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Plain(name) | Kind::Quoted(name) => Some(name),
            Kind::Text(_) | Kind::Constant(_) | Kind::Sign(_) => None,
        }
    }

    /// What it says, where it is a string.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Plain(_) | Kind::Quoted(_) | Kind::Constant(_) | Kind::Sign(_) => None,
        }
    }

    /// Whether it is the key word or unquoted name `word`.
    pub fn is(&self, word: &str) -> bool {
        self.plain() == Some(word)
    }

    /// Whether it is the character `sign`.
    pub fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// The words of `sql`. Strings that `||` puts together are one: what is said in pieces is said.
pub fn words(sql: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for token in tokens(sql) {
        if let Some(kind) = read(&token) {
            let start = token.start;
            words.push(Word { kind, start });
            join(&mut words);
        }
    }
    words
}

fn read(token: &Token<'_>) -> Option<Kind> {
    Some(match token.kind {
        TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => return None,
        TokenKind::Word => Kind::Plain(token.name()?.into_owned()),
        TokenKind::QuotedName => Kind::Quoted(token.name()?.into_owned()),
        TokenKind::Text(_) => Kind::Text(token.value()?.into_owned()),
        TokenKind::Bits | TokenKind::Number => Kind::Constant(token.text.to_owned()),
        TokenKind::Parameter | TokenKind::Sign => Kind::Sign(token.text.chars().next()?),
    })
}

/// Makes `'a' || 'b'` at the end of `words` one string.
fn join(words: &mut Vec<Word>) {
    let [.., first, one, other, last] = words.as_slice() else {
        return;
    };
    let (Some(first), Some(last)) = (first.text(), last.text()) else {
        return;
    };
    if !one.is_sign('|') || !other.is_sign('|') {
        return;
    }
    let joined = format!("{first}{last}");
    words.truncate(words.len() - 3);
    if let Some(word) = words.last_mut() {
        word.kind = Kind::Text(joined);
    }
}

/// A statement of a script: its words, and where it begins and ends.
pub struct Statement {
    /// Its words.
    pub words: Vec<Word>,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

/// The statements of `sql`, as a server parts them: not within parentheses, as in a rule, and not
/// within `BEGIN ATOMIC … END`.
pub fn statements(sql: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let (mut start, mut begun) = (0, Vec::new());
    let (mut parentheses, mut blocks) = (0_usize, 0_usize);
    for word in words(sql) {
        match &word.kind {
            Kind::Sign('(') => parentheses += 1,
            Kind::Sign(')') => parentheses = parentheses.saturating_sub(1),
            Kind::Sign(';') if parentheses == 0 && blocks == 0 => {
                let end = word.start;
                let words = std::mem::take(&mut begun);
                statements.push(Statement { words, start, end });
                start = end + 1;
                continue;
            }
            Kind::Plain(name) if name == "atomic" && is_begin(begun.last()) => blocks = 1,
            Kind::Plain(name) if blocks > 0 && name == "case" => blocks += 1,
            Kind::Plain(name) if blocks > 0 && name == "end" => blocks -= 1,
            Kind::Plain(_)
            | Kind::Quoted(_)
            | Kind::Text(_)
            | Kind::Constant(_)
            | Kind::Sign(_) => {}
        }
        begun.push(word);
    }
    let (words, end) = (begun, sql.len());
    statements.push(Statement { words, start, end });
    statements.retain(|statement| !statement.words.is_empty());
    statements
}

fn is_begin(word: Option<&Word>) -> bool {
    word.is_some_and(|word| word.is("begin"))
}
