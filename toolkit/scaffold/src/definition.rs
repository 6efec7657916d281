//! A service's definition: the function `service()` of its migration crate. No I/O here.

use std::ops::Range;

use proc_macro2::TokenStream;
use syn::{Expr, ExprMethodCall, Lit, Macro, spanned::Spanned, visit::Visit};

use crate::{
    Edits,
    rust::{NO_MIGRATOR, line_indent, migrator, parse},
};

/// Within how many characters rustfmt keeps a list, or what a call takes, on a line.
const WIDEST: usize = 60;
/// How long a line of Rust may be.
const LONGEST: usize = 100;
const INDENT: &str = "        ";

/// The library of a new service's migrations.
///
/// The definition stands before the list of migrations: `sea-orm-cli migrate generate` replaces all from
/// that list to the last line that ends with a bracket.
pub(super) fn library(
    name: &str,
    schema: &str,
    entities: &[String],
    first: Option<&str>,
) -> String {
    let (module, migrations) = match first {
        None => (String::new(), "vec![]".to_owned()),
        Some(first) => (
            format!("mod {first};\n\n"),
            format!("vec![Box::new({first}::Migration)]"),
        ),
    };
    let uses = if entities.is_empty() {
        "Service"
    } else {
        "{Service, entities}"
    };
    let entities = call_of_entities(entities, "");
    format!(
        "//! Migrations of `{name}`.

use sea_orm_migration::prelude::*;
use toolkit_runtime::{uses};

{module}/// The service as the toolkit knows it.
pub fn service() -> Service {{
    Service::new::<Migrator>({name:?}, {schema:?})
        .folder(env!(\"CARGO_MANIFEST_DIR\"))
        .lock(include_str!(\"../migrations.lock\")){entities}
}}

/// The service's migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {{
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {{
        {migrations}
    }}
}}
"
    )
}

/// `.entities(…)`, a call in a chain, on lines of its own as rustfmt writes it; nothing without entities.
/// `path` is what stands before the macro's name.
fn call_of_entities(entities: &[String], path: &str) -> String {
    if entities.is_empty() {
        return String::new();
    }
    let line = entities.join(", ");
    let is_short = line.len() <= WIDEST;
    let whole = format!("|| {path}entities![{line}]");
    let call = format!("{INDENT}.entities({whole})");
    if is_short && call.len() <= LONGEST {
        return format!("\n{call}");
    }
    let list = if is_short {
        format!("[{line}]")
    } else {
        let lines = entities.join(&format!(",\n{INDENT}        "));
        format!("[\n{INDENT}        {lines}\n{INDENT}    ]")
    };
    format!("\n{INDENT}.entities(|| {{\n{INDENT}    {path}entities!{list}\n{INDENT}}})")
}

/// A crate's `lib.rs` with a definition of the service `name` before its migrator. Nothing else changes.
///
/// # Errors
/// When it has no migrator, or is not valid Rust.
pub fn with_definition(
    source: &str,
    name: &str,
    schema: &str,
    entities: &[String],
) -> Result<String, String> {
    let file = parse(source)?;
    let block = file.items.iter().find_map(migrator);
    let block = block.ok_or(NO_MIGRATOR)?;
    let syn::Type::Path(migrator) = &*block.self_ty else {
        return Err("its migrator has no name".to_owned());
    };
    let migrator = &source[migrator.span().byte_range()];
    let place = block.span().byte_range().start;
    let calls = call_of_entities(entities, "toolkit_runtime::");
    let new = format!("    toolkit_runtime::Service::new::<{migrator}>({name:?}, {schema:?})");
    let folder = ".folder(env!(\"CARGO_MANIFEST_DIR\"))";
    let space = if calls.is_empty() && new.len() + folder.len() <= LONGEST {
        String::new()
    } else {
        format!("\n{INDENT}")
    };
    let function = format!(
        "/// The service as the toolkit knows it.
pub fn service() -> toolkit_runtime::Service {{
{new}{space}{folder}{calls}
}}

"
    );
    let mut edits = Edits::default();
    edits.replace(place..place, function);
    Ok(edits.apply(source))
}

/// The name and the schema that a definition gives to its service; nothing where there is none.
pub fn of_service(file: &syn::File) -> Option<(String, String)> {
    let mut definitions = Definitions::default();
    definitions.visit_file(file);
    let definition = definitions.0.first()?;
    let mut texts = definition.new.args.iter().map(|argument| match argument {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    Some((texts.next()??, texts.next()??))
}

/// `source` with the entities of these paths in the service's definition, behind those that it lists.
///
/// # Errors
/// What about the file is not as the template has it.
pub fn with_entities(source: &str, paths: &[String]) -> Result<String, String> {
    let file = parse(source)?;
    let definition = definition(&file)?;
    let Some(list) = definition.entities() else {
        if definition.calls("entities") {
            return Err("its `.entities(…)` has no `entities![…]`".to_owned());
        }
        let path = if source.contains("use toolkit_runtime::{Service, entities}") {
            ""
        } else {
            "toolkit_runtime::"
        };
        let call = call_of_entities(paths, path);
        let place = definition.place.end;
        let mut edits = Edits::default();
        definition.put_on_lines(source, &mut edits);
        edits.replace(place..place, call);
        return Ok(edits.apply(source));
    };
    let known = TokenStream::to_string(&list.tokens).replace(' ', "");
    let known: Vec<&str> = known.split(',').filter(|it| !it.is_empty()).collect();
    let is_new = |path: &&String| !known.contains(&path.as_str());
    let new: Vec<&str> = paths.iter().filter(is_new).map(String::as_str).collect();
    if new.is_empty() {
        return Ok(source.to_owned());
    }
    let mut edits = Edits::default();
    let call = definition.place_of("entities");
    if let Some(call) = call.filter(|it| !source[it.clone()].contains("//")) {
        let macro_place = list.path.span().byte_range();
        let path = source[macro_place].trim_end_matches("entities");
        let all: Vec<String> = (known.iter().copied().chain(new))
            .map(str::to_owned)
            .collect();
        let text = call_of_entities(&all, path).trim_start().to_owned();
        edits.replace(call, text);
        return Ok(edits.apply(source));
    }
    // What a person wrote between them stays.
    let place = list.delimiter.span().close().byte_range().start;
    let inner = list.delimiter.span().open().byte_range().end..place;
    let text = source[inner.clone()].trim().trim_end_matches(',');
    let indent = line_indent(source, list.span().byte_range().start);
    let lines: Vec<&str> = std::iter::once(text).chain(new).collect();
    let lines = lines.join(&format!(",\n{indent}    "));
    edits.replace(inner, format!("\n{indent}    {lines},\n{indent}"));
    Ok(edits.apply(source))
}

/// `source` with the module `declared` and its declarations in the service's definition.
///
/// # Errors
/// What about the file is not as the template has it.
pub fn with_declared(source: &str) -> Result<String, String> {
    let file = parse(source)?;
    let definition = definition(&file)?;
    let mut edits = Edits::default();
    if !definition.calls("declare") {
        let place = definition.place.end;
        let call = format!("\n{INDENT}.declare(declared::declare)");
        definition.put_on_lines(source, &mut edits);
        edits.replace(place..place, call);
    }
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) => Some(module),
        _ => None,
    });
    let modules: Vec<_> = modules.collect();
    if modules.iter().all(|it| it.ident != "declared") {
        // As rustfmt has them: in the order of their names.
        let text = "mod declared;\n";
        if let Some(module) = modules.first() {
            let place = module.span().byte_range().start;
            edits.replace(place..place, text.to_owned());
        } else {
            let is_use = |it: &&syn::Item| matches!(it, syn::Item::Use(_));
            let item = file.items.iter().find(|it| !is_use(it));
            let place = item.map_or(source.len(), |it| it.span().byte_range().start);
            edits.replace(place..place, format!("{text}\n"));
        }
    }
    Ok(edits.apply(source))
}

/// `source` with what is said of single migrations at the end of the service's definition: `.after_rollout("m…")`
/// for `("after_rollout", "m…")`.
///
/// # Errors
/// What about the file is not as the template has it.
pub fn with_said(source: &str, said: &[(&str, &str)]) -> Result<String, String> {
    let file = parse(source)?;
    let end = definition(&file)?.place.end;
    let start = source[..end].rfind('\n').map_or(0, |line| line + 1);
    let last = source[start..end].trim_start();
    let indent = line_indent(source, start);
    let indent = if last.starts_with('.') || last.starts_with([')', '}', ']']) {
        indent.to_owned()
    } else {
        format!("{indent}    ")
    };
    let calls = said
        .iter()
        .map(|(word, name)| format!("\n{indent}.{word}(\"{name}\")"));
    let mut edits = Edits::default();
    edits.replace(end..end, calls.collect());
    Ok(edits.apply(source))
}

/// The one definition of a file.
fn definition(file: &syn::File) -> Result<Definition, String> {
    let mut definitions = Definitions::default();
    definitions.visit_file(file);
    match <[Definition; 1]>::try_from(definitions.0) {
        Ok([definition]) => Ok(definition),
        Err(definitions) => Err(format!(
            "`Service::new` stands {} times in it",
            definitions.len()
        )),
    }
}

/// A chain of calls that begins with `Service::new`.
struct Definition {
    place: Range<usize>,
    new: syn::ExprCall,
    calls: Vec<ExprMethodCall>,
}

impl Definition {
    fn calls(&self, name: &str) -> bool {
        self.calls.iter().any(|it| it.method == name)
    }

    /// Gives each call a line, as rustfmt does when one more makes the chain a long one.
    fn put_on_lines(&self, source: &str, edits: &mut Edits) {
        for call in &self.calls {
            let dot = call.dot_token.span.byte_range().start;
            if !source[..dot].trim_end_matches(' ').ends_with('\n') {
                edits.replace(dot..dot, format!("\n{INDENT}"));
            }
        }
    }

    /// Where a call is, from its dot on.
    fn place_of(&self, name: &str) -> Option<Range<usize>> {
        let call = self.calls.iter().find(|it| it.method == name)?;
        let end = call.paren_token.span.close().byte_range().end;
        Some(call.dot_token.span.byte_range().start..end)
    }

    /// The list of entities.
    fn entities(&self) -> Option<Macro> {
        let call = self.calls.iter().find(|it| it.method == "entities")?;
        let mut lists = Lists(None);
        call.args.iter().for_each(|it| lists.visit_expr(it));
        lists.0
    }
}

struct Lists(Option<Macro>);

impl<'ast> Visit<'ast> for Lists {
    fn visit_macro(&mut self, list: &'ast Macro) {
        if list
            .path
            .segments
            .last()
            .is_some_and(|it| it.ident == "entities")
        {
            self.0 = Some(list.clone());
        }
    }
}

/// All of them.
#[derive(Default)]
struct Definitions(Vec<Definition>);

impl<'ast> Visit<'ast> for Definitions {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        let mut calls = Vec::new();
        if let Some(new) = begins_with_service(expression, &mut calls) {
            self.0.push(Definition {
                place: expression.span().byte_range(),
                new: new.clone(),
                calls,
            });
            return;
        }
        syn::visit::visit_expr(self, expression);
    }
}

fn begins_with_service<'e>(
    expression: &'e Expr,
    calls: &mut Vec<ExprMethodCall>,
) -> Option<&'e syn::ExprCall> {
    match expression {
        Expr::MethodCall(call) => {
            calls.push(call.clone());
            begins_with_service(&call.receiver, calls)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = call.func.as_ref() else {
                return None;
            };
            let mut segments = function.path.segments.iter().rev();
            let is_new = segments.next().is_some_and(|it| it.ident == "new")
                && segments.next().is_some_and(|it| it.ident == "Service");
            is_new.then_some(call)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
