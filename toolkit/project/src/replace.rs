//! Putting one migration in the place of others in a crate's `lib.rs`. No I/O here.
//!
//! As in registering, the file is parsed, and text changes at a few places only.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, ExprCall, ExprMethodCall, Item, Lit, spanned::Spanned, visit::Visit};
use toolkit_scaffold::{
    Edits,
    rust::{line_indent, parse},
};

use super::{OWN_NAME, register::list_of_migrations};

/// The width that rustfmt keeps to, and that of a call's arguments on one line.
const MAX_WIDTH: usize = 100;
const MAX_ARGUMENTS: usize = 60;
/// Above a module whose migration is gone.
const UNUSED: &str = "#[allow(dead_code, reason = \"squashed, and named elsewhere\")]";

/// The places of a crate's `lib.rs` that belong to some of its migrations.
pub(super) struct Places<'a> {
    source: &'a str,
    old: &'a [String],
    /// The declaration of each one's module, and its entry in the list.
    modules: Vec<Range<usize>>,
    entries: Vec<Entry>,
    /// What stands in the list, if that is nothing but their entries.
    whole_list: Option<Range<usize>>,
    /// The end of the call that begins the service's definition.
    definition: usize,
    limits: Vec<Range<usize>>,
}

impl<'a> Places<'a> {
    /// Finds those of `old`.
    ///
    /// # Errors
    /// What about the file is not as it is generated.
    pub(super) fn find(source: &'a str, old: &'a [String]) -> Result<Self, String> {
        let file = parse(source)?;
        let list = list_of_migrations(&file.items)?;
        let inside = list.delimiter.span().open().byte_range().end
            ..list.delimiter.span().close().byte_range().start;
        let listed = entries(list.tokens);
        let is_whole = listed.len() == old.len() && !has_comments(source, &inside, &listed);
        let (mut modules, mut entries) = (Vec::new(), Vec::new());
        for name in old {
            let module = module(&file.items, name);
            modules.push(
                module.ok_or_else(|| format!("it does not declare the module {name}{OWN_NAME}"))?,
            );
            let is_its = |entry: &&Entry| entry.identifiers.iter().any(|it| it == name);
            let entry = listed.iter().find(is_its).cloned();
            entries.push(entry.ok_or_else(|| {
                format!("the list of migrations has no entry of {name}{OWN_NAME}")
            })?);
        }
        Ok(Self {
            source,
            old,
            modules,
            entries,
            whole_list: is_whole.then_some(inside),
            definition: service_call(&file.items)?,
            limits: limits(&file.items, source, old)?,
        })
    }

    /// Whether what stands at `place` belongs to one of them.
    pub(super) fn have(&self, place: &Range<usize>) -> bool {
        let entries = self.entries.iter().map(|entry| &entry.place);
        let mut all = self.modules.iter().chain(entries).chain(&self.limits);
        all.any(|it| it.start <= place.start && place.end <= it.end)
    }

    /// The file with the module and the entry of `new` in these places, and the service's definition
    /// saying so. The modules of `staying` stay: other sources name them.
    pub(super) fn replaced(&self, staying: &[String], new: &str) -> String {
        let Self {
            source,
            old,
            modules,
            entries,
            whole_list,
            definition,
            limits,
        } = self;
        let mut edits = Edits::default();
        for (number, (name, module)) in old.iter().zip(modules).enumerate() {
            let declared = format!("mod {new};");
            let place = module.start..module.start;
            match (number == 0, staying.contains(name)) {
                (true, false) => edits.replace(module.clone(), declared),
                (false, false) => edits.replace(whole_line(source, module.clone()), String::new()),
                (true, true) => edits.replace(place, format!("{declared}\n{UNUSED}\n")),
                (false, true) => edits.replace(place, format!("{UNUSED}\n")),
            }
        }
        let entry = format!("Box::new({new}::Migration)");
        match (whole_list, entries.as_slice()) {
            (Some(inside), _) if fits_alone(source, inside, &entry) => {
                edits.replace(inside.clone(), entry);
            }
            (_, [first, others @ ..]) => {
                edits.replace(first.place.clone(), entry);
                for other in others {
                    edits.replace(whole_line(source, other.with_comma.clone()), String::new());
                }
            }
            (_, []) => {}
        }
        let squashed = squashed(source, *definition, old, new);
        edits.replace(*definition..*definition, squashed);
        for place in limits {
            edits.replace(whole_line(source, place.clone()), String::new());
        }
        edits.apply(source)
    }
}

fn module(items: &[Item], name: &str) -> Option<Range<usize>> {
    let is_it = |item: &&Item| matches!(item, Item::Mod(module) if module.content.is_none() && module.ident == name);
    Some(items.iter().find(is_it)?.span().byte_range())
}

/// An entry of the list.
#[derive(Clone)]
struct Entry {
    place: Range<usize>,
    with_comma: Range<usize>,
    identifiers: Vec<String>,
}

fn entries(tokens: TokenStream) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut is_open = false;
    for token in tokens {
        let place = token.span().byte_range();
        let is_comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
        match entries.last_mut() {
            Some(entry) if is_open => {
                entry.with_comma.end = place.end;
                if !is_comma {
                    entry.place.end = place.end;
                }
            }
            _ => entries.push(Entry {
                with_comma: place.clone(),
                place,
                identifiers: Vec::new(),
            }),
        }
        is_open = !is_comma;
        if let Some(entry) = entries.last_mut() {
            collect_identifiers(token, &mut entry.identifiers);
        }
    }
    entries
}

/// Whether something stands between the entries of a list that is `inside` its brackets.
fn has_comments(source: &str, inside: &Range<usize>, entries: &[Entry]) -> bool {
    let mut start = inside.start;
    let mut between = entries.iter().map(|entry| {
        let text = &source[start..entry.place.start];
        start = entry.with_comma.end;
        text
    });
    let commented = between.any(|text| !text.trim().is_empty());
    commented || !source[start..inside.end].trim().is_empty()
}

/// Whether a list of this `entry` alone stands on its first line, as rustfmt has it.
fn fits_alone(source: &str, inside: &Range<usize>, entry: &str) -> bool {
    let line = source[..inside.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    inside.start - line + entry.len() + "]".len() <= MAX_WIDTH
}

fn collect_identifiers(token: TokenTree, found: &mut Vec<String>) {
    match token {
        TokenTree::Ident(identifier) => found.push(identifier.to_string()),
        TokenTree::Group(group) => {
            for token in group.stream() {
                collect_identifiers(token, found);
            }
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
    }
}

/// `place` with its line, if nothing but a comment stands there beside it; else with the blank
/// before it.
fn whole_line(source: &str, place: Range<usize>) -> Range<usize> {
    let start = source[..place.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let end = source[place.end..]
        .find('\n')
        .map_or(source.len(), |newline| place.end + newline + 1);
    let behind = source[place.end..end].trim();
    if source[start..place.start].trim().is_empty()
        && (behind.is_empty() || behind.starts_with("//"))
    {
        return start..end;
    }
    let before = source[..place.start].trim_end_matches(' ').len();
    before..place.end
}

/// The end of the one call of `Service::new`.
fn service_call(items: &[Item]) -> Result<usize, String> {
    let mut calls = Calls::default();
    items.iter().for_each(|item| calls.visit_item(item));
    match calls.0.as_slice() {
        [end] => Ok(*end),
        [] => Err("it does not call `Service::new`".to_owned()),
        _ => Err("it calls `Service::new` several times".to_owned()),
    }
}

#[derive(Default)]
struct Calls(Vec<usize>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = call.func.as_ref() {
            let names = function.path.segments.iter().map(|it| it.ident.to_string());
            let names: Vec<String> = names.collect();
            if names.ends_with(&["Service".to_owned(), "new".to_owned()]) {
                self.0.push(call.span().byte_range().end);
            }
        }
        syn::visit::visit_expr_call(self, call);
    }
}

/// The calls of `.limits(…)` for `old`: no migration may have limits that is not there.
fn limits(items: &[Item], source: &str, old: &[String]) -> Result<Vec<Range<usize>>, String> {
    let mut limits = Limits::default();
    items.iter().for_each(|item| limits.visit_item(item));
    let mut places = Vec::new();
    for (migration, call) in limits.0 {
        let Some(migration) = migration else {
            return Err(format!(
                "which migration is meant is not known of `{}`; write its name there as a text",
                &source[call]
            ));
        };
        if old.contains(&migration) {
            places.push(call);
        }
    }
    Ok(places)
}

/// Each call's migration, if that is written there as a text, and its place from its dot on.
#[derive(Default)]
struct Limits(Vec<(Option<String>, Range<usize>)>);

impl<'ast> Visit<'ast> for Limits {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "limits" {
            let migration = match call.args.first() {
                Some(Expr::Lit(literal)) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            };
            let start = call.dot_token.span().byte_range().start;
            self.0
                .push((migration, start..call.span().byte_range().end));
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

/// The call that tells the service's definition of it, laid out as rustfmt would.
fn squashed(source: &str, call: usize, old: &[String], new: &str) -> String {
    let behind = &source[call..];
    let blank = behind.len() - behind.trim_start().len();
    let indent = match behind[..blank].rfind('\n') {
        Some(newline) if behind[blank..].starts_with('.') => behind[newline + 1..blank].to_owned(),
        _ => format!("{}    ", line_indent(source, call)),
    };
    let names: Vec<String> = old.iter().map(|name| format!("\"{name}\"")).collect();
    let arguments = format!("\"{new}\", &[{}]", names.join(", "));
    if arguments.len() <= MAX_ARGUMENTS && indent.len() + arguments.len() + 12 <= MAX_WIDTH {
        return format!("\n{indent}.squashed({arguments})");
    }
    let deep = format!("{indent}    ");
    let list = format!("&[{}],", names.join(", "));
    let list = if deep.len() + list.len() <= MAX_WIDTH && list.len() <= MAX_ARGUMENTS {
        list
    } else {
        let lines = names.join(&format!(",\n{deep}    "));
        format!("&[\n{deep}    {lines},\n{deep}],")
    };
    format!("\n{indent}.squashed(\n{deep}\"{new}\",\n{deep}{list}\n{indent})")
}

#[cfg(test)]
mod tests {
    use super::{OWN_NAME, Places};

    fn replace(
        source: &str,
        old: &[String],
        staying: &[String],
        new: &str,
    ) -> Result<String, String> {
        Ok(Places::find(source, old)?.replaced(staying, new))
    }

    const SOURCE: &str = "//! Migrations.\n\nuse x::*;\n\nmod m1_a; // the first\nmod m2_b;\nmod m3_c;\n\npub struct M;\n\n\
        impl MigratorTrait for M {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        vec![\n            \
        // Keep the order.\n            Box::new(m1_a::Migration), // first\n            Box::new(m2_b::Migration),\n            \
        Box::new(m3_c::Migration),\n        ]\n    }\n}\n\npub fn service() -> Service {\n    \
        Service::new::<M>(\"s\", \"s\")\n        .folder(env!(\"CARGO_MANIFEST_DIR\"))\n}\n";

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_new_one_stands_where_the_old_ones_stood() {
        let replaced = replace(SOURCE, &names(&["m1_a", "m2_b"]), &[], "m2_ab").unwrap();
        let expected = SOURCE
            .replace(
                "mod m1_a; // the first\nmod m2_b;\n",
                "mod m2_ab; // the first\n",
            )
            .replace(
                "Box::new(m1_a::Migration), // first",
                "Box::new(m2_ab::Migration), // first",
            )
            .replace("            Box::new(m2_b::Migration),\n", "")
            .replace(
                "(\"s\", \"s\")\n",
                "(\"s\", \"s\")\n        .squashed(\"m2_ab\", &[\"m1_a\", \"m2_b\"])\n",
            );
        assert_eq!(replaced, expected);
    }

    #[test]
    fn a_list_of_the_new_one_alone_stands_on_one_line_unless_a_comment_is_lost() {
        let old = names(&["m1_a", "m2_b", "m3_c"]);
        let commented = replace(SOURCE, &old, &[], "m3_abc").unwrap();
        assert!(
            commented.contains(
                "// Keep the order.\n            Box::new(m3_abc::Migration), // first\n"
            )
        );
        let plain = SOURCE
            .replace("            // Keep the order.\n", "")
            .replace(" // first\n            Box", "\n            Box");
        let replaced = replace(&plain, &old, &[], "m3_abc").unwrap();
        assert!(
            replaced.contains("        vec![Box::new(m3_abc::Migration)]\n    }"),
            "{replaced}"
        );
    }

    #[test]
    fn modules_that_others_name_stay() {
        let old = names(&["m1_a", "m2_b"]);
        let replaced = replace(SOURCE, &old, &names(&["m1_a"]), "m2_ab").unwrap();
        let plain = replace(SOURCE, &old, &[], "m2_ab").unwrap();
        let unused = super::UNUSED;
        let expected = plain.replace(
            "mod m2_ab; // the first\n",
            &format!("mod m2_ab;\n{unused}\nmod m1_a; // the first\n"),
        );
        assert_eq!(replaced, expected);
    }

    #[test]
    fn limits_of_what_is_gone_go_with_it() {
        let with =
            |calls: &str| SOURCE.replace("(\"s\", \"s\")\n", &format!("(\"s\", \"s\")\n{calls}"));
        let kept = "        .limits(\"m3_c\", Limits::default())\n";
        let gone = "        .limits(\n            \"m1_a\",\n            Limits::default(),\n        )\n        \
            .limits(\"m2_b\", Limits::default()) // slow\n";
        let old = names(&["m1_a", "m2_b"]);
        assert_eq!(
            replace(&with(&format!("{gone}{kept}")), &old, &[], "m2_ab").unwrap(),
            replace(&with(kept), &old, &[], "m2_ab").unwrap()
        );
        let error = replace(&with("        .limits(NAME, l)\n"), &old, &[], "m2_ab").unwrap_err();
        assert!(error.contains("`.limits(NAME, l)`"), "{error}");
    }

    #[test]
    fn a_list_on_one_line_and_one_that_ends_without_a_comma_are_understood() {
        let source = "mod a;\nmod b;\nimpl MigratorTrait for M {\n    fn migrations() -> V {\n        \
            vec![Box::new(a::Migration), Box::new(b::Migration)]\n    }\n}\nfn s() -> S {\n    Service::new::<M>(\"s\", \"s\")\n}\n";
        let replaced = replace(source, &names(&["a", "b"]), &[], "ab").unwrap();
        assert!(replaced.starts_with("mod ab;\nimpl"), "{replaced}");
        assert!(
            replaced.contains("vec![Box::new(ab::Migration)]"),
            "{replaced}"
        );
        assert!(
            replaced.contains("(\"s\", \"s\")\n        .squashed(\"ab\", &[\"a\", \"b\"])\n}"),
            "{replaced}"
        );
    }

    #[test]
    fn what_cannot_be_understood_is_refused_with_the_reason() {
        let error = replace(SOURCE, &names(&["m9_x"]), &[], "m").unwrap_err();
        assert_eq!(
            error,
            format!("it does not declare the module m9_x{OWN_NAME}")
        );
        let without = SOURCE.replace("Service::new", "Other::new");
        let error = replace(&without, &names(&["m1_a"]), &[], "m").unwrap_err();
        assert_eq!(error, "it does not call `Service::new`");
    }
}
