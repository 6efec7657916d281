//! Registering a migration in its crate's `lib.rs`. No I/O here.
//!
//! The file is parsed, and text is inserted at two places; nothing a person wrote there is touched.

use std::ops::Range;

use proc_macro2::{Delimiter, Spacing, TokenTree};
use syn::{Expr, ImplItem, Item, Macro, Stmt, spanned::Spanned, visit::Visit};
use toolkit_scaffold::{
    Edits,
    rust::{NO_MIGRATOR, laid_out, line_indent, migrator, parse},
};

/// `source` with the module `name` declared and its migration at the end of the migrator's list.
///
/// # Errors
/// What about the file is not as SeaORM's template has it.
pub(super) fn register(source: &str, name: &str) -> Result<String, String> {
    let file = parse(source)?;
    let module = module_place(&file.items, source);
    let list = list_of_migrations(&file.items)?;
    let entry = entry(&list, source, name)?;
    let (place, blank) = module;
    let mut edits = Edits::default();
    edits.replace(place..place, format!("{blank}mod {name};\n"));
    edits.replace(entry.0, entry.1);
    Ok(edits.apply(source))
}

/// Whether a source has a migrator.
pub(super) fn has_migrator(source: &str) -> bool {
    parse(source).is_ok_and(|file| file.items.iter().any(|item| migrator(item).is_some()))
}

/// Behind the last `mod …;`, else behind the last `use …;`, from which a blank line parts it, else at the end.
fn module_place(items: &[Item], source: &str) -> (usize, &'static str) {
    let is_module = |item: &&Item| matches!(item, Item::Mod(module) if module.content.is_none());
    let is_use = |item: &&Item| matches!(item, Item::Use(_));
    let last = items
        .iter()
        .rfind(is_module)
        .or_else(|| items.iter().rfind(is_use));
    let end = last.map_or(source.len(), |item| item.span().byte_range().end);
    let place = source[end..]
        .find('\n')
        .map_or(source.len(), |line| end + line + 1);
    let blank = if last.as_ref().is_some_and(is_use) {
        "\n"
    } else {
        ""
    };
    (place, blank)
}

/// The one `vec![…]` in `MigratorTrait::migrations`.
pub(super) fn list_of_migrations(items: &[Item]) -> Result<Macro, String> {
    let mut lists = Lists::default();
    let mut migrators = items.iter().filter_map(migrator).peekable();
    if migrators.peek().is_none() {
        return Err(NO_MIGRATOR.to_owned());
    }
    for block in migrators {
        for part in &block.items {
            if let ImplItem::Fn(function) = part
                && function.sig.ident == "migrations"
            {
                function
                    .block
                    .stmts
                    .iter()
                    .for_each(|statement| lists.visit_stmt(statement));
            }
        }
    }
    match <[Macro; 1]>::try_from(lists.0) {
        Ok([list]) => Ok(list),
        Err(lists) if lists.is_empty() => {
            Err("`MigratorTrait::migrations` has no `vec![…]`".to_owned())
        }
        Err(_) => Err("`MigratorTrait::migrations` has several `vec![…]`".to_owned()),
    }
}

#[derive(Default)]
struct Lists(Vec<Macro>);

impl<'ast> Visit<'ast> for Lists {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        if let Expr::Macro(expression) = expression {
            self.visit_macro(&expression.mac);
        }
        syn::visit::visit_expr(self, expression);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Macro(statement) = statement {
            self.visit_macro(&statement.mac);
        } else {
            syn::visit::visit_stmt(self, statement);
        }
    }

    fn visit_macro(&mut self, list: &'ast Macro) {
        let known = self
            .0
            .iter()
            .any(|other| other.span().byte_range() == list.span().byte_range());
        if list.path.is_ident("vec") && !known {
            self.0.push(list.clone());
        }
    }
}

/// The new entry, and where it goes: behind the last entry, on a line of its own if that has one.
fn entry(list: &Macro, source: &str, name: &str) -> Result<(Range<usize>, String), String> {
    let call = format!("Box::new({name}::Migration)");
    let open = list.delimiter.span().open().byte_range().end;
    let close = list.delimiter.span().close().byte_range().start;
    let inside = &source[open..close];
    let outer = line_indent(source, list.span().byte_range().start);
    let is_on_a_line = !inside.contains('\n') && !inside.contains("/*");
    if is_on_a_line || inside.trim().is_empty() {
        let mut entries = entries(list, source);
        entries.push(&call);
        return Ok((open..close, laid_out(&entries, outer)));
    }
    let tokens: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
    let Some(last) = tokens.last() else {
        // What stands in it is comments.
        return Ok((open..open, format!("\n{outer}    {call},")));
    };
    let last_end = last.span().byte_range().end;
    let has_comma = matches!(last, TokenTree::Punct(punct)
        if punct.as_char() == ',' && punct.spacing() == Spacing::Alone);
    let start = tokens
        .iter()
        .rev()
        .find(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis))
        .ok_or("the last entry of `migrations` is not a call such as `Box::new(…)`")?;
    let indent = line_indent(source, start.span().byte_range().start);
    // Behind a comment on the last entry's line.
    let line_end = source[last_end..]
        .find('\n')
        .map_or(close, |line| last_end + line);
    if has_comma {
        return Ok((line_end..line_end, format!("\n{indent}{call},")));
    }
    Ok((last_end..last_end, format!(",\n{indent}{call}")))
}

/// The texts of the list's entries.
pub(super) fn entries<'s>(list: &Macro, source: &'s str) -> Vec<&'s str> {
    let mut places: Vec<Option<Range<usize>>> = vec![None];
    for token in list.tokens.clone() {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
            places.push(None);
            continue;
        }
        let place = token.span().byte_range();
        if let Some(entry) = places.last_mut() {
            let start = entry.as_ref().map_or(place.start, |entry| entry.start);
            *entry = Some(start..place.end);
        }
    }
    let places = places.into_iter().flatten();
    places.map(|place| &source[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::{NO_MIGRATOR, register};

    #[test]
    fn nothing_that_a_person_wrote_is_touched() {
        let source = "//! Migrations.\n\nuse x::*;\n\nmod m1; // the first\n\npub struct M;\n\n\
            impl MigratorTrait for M {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        \
            vec![\n            // Keep the order.\n            Box::new(m1::Migration), // first\n        ]\n    }\n}\n\n\
            fn other() -> Vec<u8> { vec![1] }\n";
        let expected = source
            .replace("// the first\n", "// the first\nmod m2;\n")
            .replace(
                "// first\n        ]",
                "// first\n            Box::new(m2::Migration),\n        ]",
            );
        assert_eq!(register(source, "m2").unwrap(), expected);
        // As editors on Windows begin a file.
        let marked = format!("\u{feff}{source}");
        assert_eq!(
            register(&marked, "m2").unwrap(),
            format!("\u{feff}{expected}")
        );
    }

    #[test]
    fn an_empty_list_and_one_on_a_line_are_understood() {
        let with = |list: &str| {
            format!(
                "impl MigratorTrait for M {{\n    fn migrations() -> V {{\n        {list}\n    }}\n}}\nmod m1;\n"
            )
        };
        let registered = |list: &str| register(&with(list), "m2").unwrap();
        let expected = |list: &str| with(list) + "mod m2;\n";
        assert_eq!(
            registered("vec![]"),
            expected("vec![Box::new(m2::Migration)]")
        );
        assert_eq!(
            registered("vec![\n        ]"),
            expected("vec![Box::new(m2::Migration)]")
        );
        assert_eq!(
            registered("vec![\n            // none yet\n        ]"),
            expected(
                "vec![\n            Box::new(m2::Migration),\n            // none yet\n        ]"
            )
        );
        let long = "m20261126_141500_a_change_with_a_name";
        assert_eq!(
            registered(&format!("vec![Box::new({long}::Migration)]")),
            expected(&format!(
                "vec![\n            Box::new({long}::Migration),\n            Box::new(m2::Migration),\n        ]"
            ))
        );
        assert_eq!(
            registered("vec![Box::new(m1::Migration)]"),
            expected("vec![Box::new(m1::Migration), Box::new(m2::Migration)]")
        );
        assert_eq!(
            registered("return vec![\n            Box::new(m1::Migration)\n        ];"),
            expected(
                "return vec![\n            Box::new(m1::Migration),\n            Box::new(m2::Migration)\n        ];"
            )
        );
    }

    #[test]
    fn what_cannot_be_understood_is_refused_with_the_reason() {
        assert!(
            register("fn x( {", "m2")
                .unwrap_err()
                .contains("not valid Rust")
        );
        assert_eq!(register("pub struct M;", "m2").unwrap_err(), NO_MIGRATOR);
        let without = "impl MigratorTrait for M { fn migrations() -> V { list() } }";
        let error = register(without, "m2").unwrap_err();
        assert!(error.contains("has no `vec![…]`"), "{error}");
    }
}
