//! The order of the migrations in their crate's `lib.rs`. No I/O here.
//!
//! What belongs to a migration moves with it: the comments above its entry, and what stands behind
//! it on its line.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, spanned::Spanned};
use toolkit_scaffold::{Edits, rust::parse};

use super::{OWN_NAME, register};

/// A part of the file that belongs to a migration, and its place.
struct Piece {
    /// The migration, as a position in the order that is wanted.
    rank: usize,
    /// What stands above or before it.
    lead: Range<usize>,
    body: Range<usize>,
    /// What stands behind it on its line, behind the comma.
    tail: Range<usize>,
}

/// `source` with the entries of the migrator's list, and the declarations of their modules, in the
/// order of `names`.
///
/// # Errors
/// What about the file is not as SeaORM's template has it, or which migration it lacks.
pub(super) fn reorder(source: &str, names: &[String]) -> Result<String, String> {
    let file = parse(source)?;
    let list = register::list_of_migrations(&file.items)?;
    let open = list.delimiter.span().open().byte_range().end;
    let close = list.delimiter.span().close().byte_range().start;
    let entries = entries(list.tokens.clone(), open..close, source, names)?;
    if let Some(name) = (0..names.len())
        .find(|rank| entries.iter().all(|entry| entry.rank != *rank))
        .map(|rank| &names[rank])
    {
        return Err(format!(
            "the migrator's list has no entry for {name}{OWN_NAME}"
        ));
    }
    let mut edits = Edits::default();
    permute(source, &entries, &mut edits);
    permute(source, &modules(&file.items, source, names), &mut edits);
    Ok(edits.apply(source))
}

fn entries(
    tokens: TokenStream,
    inside: Range<usize>,
    source: &str,
    names: &[String],
) -> Result<Vec<Piece>, String> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut begin = inside.start;
    let mut body: Option<(Range<usize>, Option<usize>)> = None;
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (position, token) in tokens.iter().enumerate() {
        let place = token.span().byte_range();
        let is_comma = matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        if !is_comma {
            let (range, rank) = body.get_or_insert((place.clone(), None));
            range.end = place.end;
            *rank = rank.or_else(|| rank_of(token, names));
        }
        if !is_comma && position + 1 < tokens.len() {
            continue;
        }
        let Some((body, rank)) = body.take() else {
            continue;
        };
        let rank = rank.ok_or_else(|| {
            format!(
                "its list has an entry of no known migration, {}{OWN_NAME}",
                &source[body.clone()]
            )
        })?;
        let tail = rest_of_line(source, place.end, inside.end);
        pieces.push(Piece {
            rank,
            lead: begin..body.start,
            body,
            tail: tail.clone(),
        });
        begin = tail.end;
    }
    Ok(pieces)
}

/// The migration that a token names.
fn rank_of(token: &TokenTree, names: &[String]) -> Option<usize> {
    match token {
        TokenTree::Ident(identifier) => names.iter().position(|name| identifier == name),
        TokenTree::Group(group) => group
            .stream()
            .into_iter()
            .find_map(|token| rank_of(&token, names)),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    }
}

/// What stands from `start` to the end of its line, if that is a comment; else nothing.
fn rest_of_line(source: &str, start: usize, end: usize) -> Range<usize> {
    let line = source[start..end].split('\n').next().unwrap_or_default();
    let text = line.trim_end();
    if text.trim_start().starts_with("//") {
        start..start + text.len()
    } else {
        start..start
    }
}

fn modules(items: &[Item], source: &str, names: &[String]) -> Vec<Piece> {
    let piece = |item: &Item| {
        let Item::Mod(module) = item else { return None };
        let rank = names.iter().position(|name| module.ident == name)?;
        let body = item.span().byte_range();
        let tail = rest_of_line(source, body.end, source.len());
        Some(Piece {
            rank,
            lead: body.start..body.start,
            body,
            tail,
        })
    };
    items.iter().filter_map(piece).collect()
}

/// Puts the pieces into each other's places, sorted by rank.
fn permute(source: &str, pieces: &[Piece], edits: &mut Edits) {
    let mut sorted: Vec<&Piece> = pieces.iter().collect();
    sorted.sort_by_key(|piece| piece.rank);
    for (place, piece) in pieces.iter().zip(sorted) {
        if place.rank == piece.rank {
            continue;
        }
        // Blanks belong to the place, comments to the piece.
        let is_blank = |range: &Range<usize>| source[range.clone()].trim().is_empty();
        let lead = if is_blank(&piece.lead) && is_blank(&place.lead) {
            &place.lead
        } else {
            &piece.lead
        };
        let before = [&source[lead.clone()], &source[piece.body.clone()]].concat();
        edits.replace(place.lead.start..place.body.end, before);
        edits.replace(place.tail.clone(), source[piece.tail.clone()].to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::reorder;

    fn library(modules: &str, list: &str) -> String {
        format!(
            "//! ü\n\nmod declared;\n{modules}\nimpl MigratorTrait for M {{\n    fn migrations() -> V {{\n        \
             vec![{list}]\n    }}\n}}\n\nfn other() {{}} // m1\n"
        )
    }

    fn reordered(source: &str) -> String {
        let names = ["m1", "m2", "m3"].map(str::to_owned);
        reorder(source, &names).unwrap()
    }

    #[test]
    fn entries_and_modules_move_with_their_comments() {
        let source = library(
            "mod m1;\n/// Ours.\nmod m3; // last\npub mod m2;\n",
            "\n            Box::new(m1::Migration), // first\n            // Ours.\n            \
             Box::new(m3::Migration), // last\n            Box::new(m2::Migration),\n        ",
        );
        let expected = library(
            "mod m1;\npub mod m2;\n/// Ours.\nmod m3; // last\n",
            "\n            Box::new(m1::Migration), // first\n            Box::new(m2::Migration),\n            \
             // Ours.\n            Box::new(m3::Migration), // last\n        ",
        );
        assert_eq!(reordered(&source), expected);
        assert_eq!(reordered(&expected), expected);
    }

    #[test]
    fn a_list_on_one_line_and_one_without_a_last_comma_stay_what_they_are() {
        let one_line = |a, b, c| {
            library(
                "",
                &format!("Box::new({a}::X), Box::new({b}::X), Box::new({c}::X)"),
            )
        };
        assert_eq!(
            reordered(&one_line("m3", "m1", "m2")),
            one_line("m1", "m2", "m3")
        );
        let open = |a, b, c| {
            library(
                "",
                &format!("\n  Box::new({a}::X),\n  Box::new({b}::X),\n  Box::new({c}::X)\n"),
            )
        };
        assert_eq!(reordered(&open("m2", "m3", "m1")), open("m1", "m2", "m3"));
    }

    #[test]
    fn a_list_that_does_not_fit_is_refused() {
        let names = ["m1".to_owned()];
        let refused = |list: &str| reorder(&library("", list), &names).unwrap_err();
        assert!(refused("").contains("no entry for m1"));
        assert!(
            refused("Box::new(m1::X), Box::new(m9::X)")
                .contains("no known migration, Box::new(m9::X)")
        );
    }
}
