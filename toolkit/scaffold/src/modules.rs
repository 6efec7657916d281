//! The list of a source's modules. No I/O here.

use syn::spanned::Spanned;

use crate::{Edits, rust};

/// `source` with the public modules `names`, in the order that rustfmt keeps.
///
/// # Errors
/// When it is not valid Rust.
pub fn with_modules(source: &str, names: &[&str]) -> Result<String, String> {
    let mut source = source.to_owned();
    for name in names {
        source = with_module(&source, name)?;
    }
    Ok(source)
}

fn with_module(source: &str, name: &str) -> Result<String, String> {
    let file = rust::parse(source)?;
    let modules: Vec<(String, std::ops::Range<usize>)> = (file.items.iter())
        .filter_map(|item| match item {
            syn::Item::Mod(module) => Some((module.ident.to_string(), item.span().byte_range())),
            _ => None,
        })
        .collect();
    if modules.iter().any(|(known, _)| known == name) {
        return Ok(source.to_owned());
    }
    let line_end = |place: usize| {
        let end = source[place..].find('\n');
        end.map_or(source.len(), |end| place + end + 1)
    };
    let before = modules.iter().rfind(|(known, _)| known.as_str() < name);
    let place = match (before, modules.first()) {
        (Some((_, place)), _) => line_end(place.end),
        (None, Some((_, place))) => source[..place.start].rfind('\n').map_or(0, |it| it + 1),
        (None, None) => source.len(),
    };
    let mut edits = Edits::default();
    edits.replace(place..place, format!("pub mod {name};\n"));
    Ok(edits.apply(source))
}

#[cfg(test)]
mod tests {
    use super::with_modules;

    #[test]
    fn modules_are_listed_once_and_in_order() {
        let source = "//! Entities.\n\npub mod b; // the second\npub mod d;\n\npub fn x() {}\n";
        let listed = with_modules(source, &["c", "b", "a", "e"]).unwrap();
        assert_eq!(
            listed,
            "//! Entities.\n\npub mod a;\npub mod b; // the second\npub mod c;\npub mod d;\npub mod e;\n\npub fn x() {}\n"
        );
        assert_eq!(
            with_modules("//! None.\n\n", &["a"]).unwrap(),
            "//! None.\n\npub mod a;\n"
        );
        let marked = with_modules("\u{feff}pub mod b;\r\npub mod c;\r\n", &["a", "d"]).unwrap();
        assert_eq!(
            marked,
            "\u{feff}pub mod a;\npub mod b;\r\npub mod c;\r\npub mod d;\n"
        );
        assert!(with_modules("mod {", &["a"]).is_err());
    }
}
