//! Rust sources: parsed, and what is looked for in them. No I/O here.

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

/// The migrator's list of migrations, where the item is that.
pub fn migrator(item: &Item) -> Option<&ItemImpl> {
    let Item::Impl(block) = item else { return None };
    let (_, path, _) = block.trait_.as_ref()?;
    let name = path.segments.last()?;
    (name.ident == "MigratorTrait").then_some(block)
}

/// What the line that `place` is in begins with.
pub fn line_indent(source: &str, place: usize) -> &str {
    let start = source[..place].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &source[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
