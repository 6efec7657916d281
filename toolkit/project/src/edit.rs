//! New names in Rust sources, located by their tokens: nothing else in a file changes. No I/O here.

use proc_macro2::{TokenStream, TokenTree};
use toolkit_scaffold::{Edits, rust::tokens};

/// `source` with new names: `renames` are pairs of old and new ones, of modules and where they are
/// written out, as in a migration's name, in its limits, or in the path of a file that it includes.
///
/// # Errors
/// Why the source is not valid Rust.
pub(super) fn rename(source: &str, renames: &[(String, String)]) -> Result<String, String> {
    let mut edits = Edits::default();
    rename_in(tokens(source)?, source, renames, &mut edits);
    Ok(edits.apply(source))
}

fn rename_in(tokens: TokenStream, source: &str, renames: &[(String, String)], edits: &mut Edits) {
    for token in tokens {
        let place = token.span().byte_range();
        match token {
            TokenTree::Group(group) => rename_in(group.stream(), source, renames, edits),
            TokenTree::Ident(identifier) => {
                let found = renames.iter().find(|(old, _)| identifier == old);
                if let Some((_, new)) = found {
                    edits.replace(place, new.clone());
                }
            }
            TokenTree::Literal(_) => {
                let text = &source[place.clone()];
                // A doc comment is a literal to the compiler, but a comment to its reader.
                if text.starts_with('/') {
                    continue;
                }
                let renamed = renames.iter().fold(text.to_owned(), |text, (old, new)| {
                    replace_word(&text, old, new)
                });
                if renamed != text {
                    edits.replace(place, renamed);
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// `text` with `new` where `old` stands and no longer word does.
fn replace_word(text: &str, old: &str, new: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut renamed = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(old) {
        let (before, behind) = (&rest[..place], &rest[place + old.len()..]);
        let is_word = !before.ends_with(is_part) && !behind.starts_with(is_part);
        renamed.push_str(before);
        renamed.push_str(if is_word { new } else { old });
        rest = behind;
    }
    renamed + rest
}

#[cfg(test)]
mod tests {
    use super::rename;

    fn pair(old: &str, new: &str) -> (String, String) {
        (old.to_owned(), new.to_owned())
    }

    #[test]
    fn names_change_and_nothing_else() {
        let source = "//! Of m1 and ü.\r\nuse super::m1::{A, m1_b};\r\n\r\n/// m1\r\nfn f() { vec![m1::X, \"m1_b\"]; } // m1\r\n";
        let renamed = rename(source, &[pair("m1", "m2")]).unwrap();
        assert_eq!(
            renamed,
            source
                .replace("super::m1", "super::m2")
                .replace("m1::X", "m2::X")
        );
        let marked = format!("\u{feff}{source}");
        assert_eq!(
            rename(&marked, &[pair("m1", "m2")]).unwrap(),
            format!("\u{feff}{renamed}")
        );
        assert!(
            rename("fn f( {", &[])
                .unwrap_err()
                .contains("not valid Rust")
        );
    }

    #[test]
    fn names_that_are_written_out_and_paths_of_files_change() {
        let source = "/// \"m1\"\nfn name(&self) -> &str { \"m1\" }\nconst A: &str = include_str!(\"m1/up.sql\");\n\
             const B: &str = r#\"xm1 m1_x\"#;\n";
        let renamed = rename(source, &[pair("m1", "m2")]).unwrap();
        assert_eq!(
            renamed,
            source
                .replace("{ \"m1\" }", "{ \"m2\" }")
                .replace("m1/up", "m2/up")
        );
    }
}
