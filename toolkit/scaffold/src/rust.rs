//! Rust sources: parsed, and what is looked for in them. No I/O here.

use std::{borrow::Borrow, fmt::Display};

use syn::{Item, ItemImpl};

use crate::conflict;

/// Parses a source.
///
/// # Errors
/// Why it is not valid Rust.
pub fn parse(source: &str) -> Result<syn::File, String> {
    syn::parse_file(source).map_err(|error| {
        let line = error.span().start().line;
        if conflict::sides(source).is_some() {
            return format!(
                "a merge is not finished (line {line}): keep the lines of both sides, without the markers"
            );
        }
        format!("it is not valid Rust (line {line}): {error}")
    })
}

/// The problem of a file without a migrator.
pub const NO_MIGRATOR: &str = "it has no `impl MigratorTrait`";

/// The migrator's list of migrations, where the item is that.
pub fn migrator(item: &Item) -> Option<&ItemImpl> {
    let Item::Impl(block) = item else { return None };
    let (_, path, _) = block.trait_.as_ref()?;
    let name = path.segments.last()?;
    (name.ident == "MigratorTrait").then_some(block)
}

/// The inside of a list as rustfmt writes it: on a line while that is short, else each entry on a line of its own
/// below one that begins with `outer`.
pub fn laid_out<S: Borrow<str> + Display>(entries: &[S], outer: &str) -> String {
    const WIDEST: usize = 60;
    let line = entries.join(", ");
    if line.len() <= WIDEST {
        return line;
    }
    let lines = entries.iter().map(|it| format!("\n{outer}    {it},"));
    format!("{}\n{outer}", lines.collect::<String>())
}

/// What the line that `place` is in begins with.
pub fn line_indent(source: &str, place: usize) -> &str {
    let start = source[..place].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &source[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
