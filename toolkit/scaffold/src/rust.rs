//! Rust sources: parsed, and what is looked for in them. No I/O here.

use std::{
    borrow::{Borrow, Cow},
    fmt::Display,
};

use proc_macro2::TokenStream;
use syn::{Item, ItemImpl};

use crate::conflict;

/// The mark with which some editors begin a file.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// `source` with blanks for what stands before the first token and is none: a byte order mark and a line `#!…`.
/// The parser takes both away, and places would then be those of another text.
fn plain(source: &str) -> Cow<'_, str> {
    let mark = if source.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let rest = &source[mark..];
    let is_shebang = rest
        .strip_prefix("#!")
        .is_some_and(|it| !it.trim_start().starts_with('['));
    let line = if is_shebang {
        rest.find('\n').unwrap_or(rest.len())
    } else {
        0
    };
    match mark + line {
        0 => Cow::Borrowed(source),
        length => Cow::Owned(" ".repeat(length) + &source[length..]),
    }
}

/// Parses a source. Places in it are those of `source`.
///
/// # Errors
/// Why it is not valid Rust.
pub fn parse(source: &str) -> Result<syn::File, String> {
    syn::parse_file(&plain(source)).map_err(|error| {
        let line = error.span().start().line;
        if conflict::sides(source).is_some() {
            return format!(
                "a merge is not finished (line {line}): keep the lines of both sides, without the markers"
            );
        }
        format!("it is not valid Rust (line {line}): {error}")
    })
}

/// The tokens of a source. Places in it are those of `source`.
///
/// # Errors
/// Why it is not valid Rust.
pub fn tokens(source: &str) -> Result<TokenStream, String> {
    plain(source)
        .parse()
        .map_err(|error: proc_macro2::LexError| {
            let line = error.span().start().line;
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

#[cfg(test)]
mod tests {
    use syn::spanned::Spanned;

    use super::{parse, tokens};

    #[test]
    fn places_are_those_of_the_text_whatever_stands_before_it() {
        for before in [
            "",
            "\u{feff}",
            "#!/usr/bin/env run-ü\n",
            "\u{feff}#!x\n",
            "#![allow(x)]\n",
        ] {
            let source = format!("{before}mod ä; mod b;\n");
            let file = parse(&source).unwrap();
            let place = file.items[1].span().byte_range();
            assert_eq!(&source[place], "mod b;", "{before:?}");
            let last = tokens(&source).unwrap().into_iter().last().unwrap();
            assert_eq!(&source[last.span().byte_range()], ";", "{before:?}");
        }
    }
}
