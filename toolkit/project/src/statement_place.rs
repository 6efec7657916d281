//! Where a migration's statements stand in its source.

use std::{
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{ExprAwait, ImplItem, ImplItemFn, Item, Lit, spanned::Spanned, visit::Visit};
use toolkit_scaffold::{
    failed,
    rust::{parse, tokens},
};

use crate::{Result, source};

/// The source of a migration, by the lines of what it sends.
#[derive(Clone, Debug)]
pub struct MigrationSource {
    /// The file.
    pub file: PathBuf,
    /// Its text.
    text: String,
    /// The lines of `fn up`.
    up: RangeInclusive<usize>,
    /// The lines on which what `up` waits for begins.
    awaits: Vec<usize>,
    /// The strings with the lines that they stand on.
    strings: Vec<(RangeInclusive<usize>, String)>,
}

/// The file of the migration `name` of the crate in `folder`, and its text; none if it is not there.
///
/// # Errors
/// [`crate::Error::Files`] when it cannot be read.
pub fn source_text(folder: &Path, name: &str) -> Result<Option<(PathBuf, String)>> {
    let Some(found) = source::find(folder, name) else {
        return Ok(None);
    };
    let text = fs::read_to_string(&found.file).map_err(failed("read", &found.file))?;
    Ok(Some((found.file, text)))
}

impl MigrationSource {
    /// Reads the source of the migration `name` of the crate in `folder`; none if it is not there.
    ///
    /// # Errors
    /// [`crate::Error::Files`] when it cannot be read.
    pub fn read(folder: &Path, name: &str) -> Result<Option<Self>> {
        let source = source_text(folder, name)?;
        Ok(source.map(|(file, text)| Self::of(file, text)))
    }

    fn of(file: PathBuf, text: String) -> Self {
        let parsed = parse(&text).ok();
        let up = parsed
            .as_ref()
            .and_then(|file| file.items.iter().find_map(up));
        let mut awaits = Awaits::default();
        let lines = up.map_or(1..=1, |up| {
            awaits.visit_block(&up.block);
            up.sig.span().start().line..=up.block.span().end().line
        });
        let mut strings = Vec::new();
        if let Ok(tokens) = tokens(&text) {
            collect(tokens, &mut strings);
        }
        // What stands in `up` comes first: `down` may send the same.
        strings.sort_by_key(|(at, _)| !lines.contains(at.start()));
        Self {
            file,
            text,
            up: lines,
            awaits: awaits.0,
            strings,
        }
    }

    /// The line of `fn up`.
    pub fn first_line(&self) -> usize {
        *self.up.start()
    }

    /// The line of `statement`, part of the text that the migration sends as number `number` of `count`:
    /// that of the string that holds it, else of what sends it, else of `fn up`.
    pub fn line(&self, statement: &str, number: usize, count: usize) -> usize {
        let statement = statement.trim();
        if let Some((lines, _)) = self.strings.iter().find(|(_, it)| it.contains(statement)) {
            return self.line_within(lines, statement);
        }
        let sends = self
            .awaits
            .get(number)
            .filter(|_| self.awaits.len() == count);
        sends.copied().unwrap_or(*self.up.start())
    }

    /// The line among `lines` that the first line of `statement` is on.
    fn line_within(&self, lines: &RangeInclusive<usize>, statement: &str) -> usize {
        let first = statement.lines().next().unwrap_or_default().trim();
        let numbered = (1..).zip(self.text.lines());
        let mut inside = numbered.filter(|(number, _)| lines.contains(number));
        let found = inside
            .find(|(_, line)| line.contains(first) || line.replace("\\\"", "\"").contains(first));
        found.map_or(*lines.start(), |(number, _)| number)
    }
}

/// The method `up` of a migration.
fn up(item: &Item) -> Option<&ImplItemFn> {
    let Item::Impl(block) = item else { return None };
    let (_, path, _) = block.trait_.as_ref()?;
    let is_migration = path.segments.last()?.ident == "MigrationTrait";
    let mut items = block.items.iter().filter(|_| is_migration);
    items.find_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == "up" => Some(method),
        _ => None,
    })
}

/// The lines on which what is waited for begins.
#[derive(Default)]
struct Awaits(Vec<usize>);

impl<'ast> Visit<'ast> for Awaits {
    fn visit_expr_await(&mut self, expression: &'ast ExprAwait) {
        self.0.push(expression.span().start().line);
        syn::visit::visit_expr_await(self, expression);
    }
}

fn collect(tokens: TokenStream, strings: &mut Vec<(RangeInclusive<usize>, String)>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), strings),
            TokenTree::Literal(literal) => {
                let span = literal.span();
                if let Lit::Str(text) = Lit::new(literal) {
                    strings.push((span.start().line..=span.end().line, text.value()));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"//! Notes.
use sea_orm_migration::prelude::*;

const KEYS: &str = "
    CREATE INDEX \"of notes\" ON notes (id);
    DROP INDEX other;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("old").to_owned())
            .await?;
        let db = manager.get_connection();
        db.execute_unprepared("DELETE FROM notes").await?;
        db.execute_unprepared(KEYS).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DELETE FROM notes").await.map(drop)
    }
}
"#;

    #[test]
    fn a_statement_is_where_its_text_is_else_where_it_is_sent() {
        let source = MigrationSource::of(PathBuf::new(), SOURCE.to_owned());
        let line = |statement, number| source.line(statement, number, 3);
        assert_eq!(line("DROP TABLE \"old\"", 0), 12);
        assert_eq!(line("DELETE FROM notes", 1), 16);
        assert_eq!(line("CREATE INDEX \"of notes\" ON notes (id)", 2), 5);
        assert_eq!(line("DROP INDEX other", 2), 6);
        // As many as there are, if each is sent once.
        assert_eq!(source.line("SELECT 1", 7, 9), 11);
        let odd = MigrationSource::of(PathBuf::new(), "fn {".to_owned());
        assert_eq!(odd.line("SELECT 1", 0, 1), 1);
    }
}
