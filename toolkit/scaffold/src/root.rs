//! The composition root: the binary that lists the services.

use std::{
    fs,
    path::{Path, PathBuf},
};

use syn::{Expr, spanned::Spanned, visit::Visit};

use crate::{
    Edits,
    rust::{laid_out, line_indent, parse},
};

/// How deep in a workspace it is looked for.
const DEPTH: usize = 3;
/// What the source of a toolkit calls.
pub const CALL: &str = "toolkit_engine::main(";

/// The `main.rs` that calls the toolkit, in the workspace at `root`.
pub fn find(root: &Path) -> Option<PathBuf> {
    let mut level = vec![root.to_owned()];
    for _ in 0..=DEPTH {
        let sources = level.iter().map(|folder| folder.join("src/main.rs"));
        let is_root = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|it| it.contains(CALL));
        if let Some(found) = sources.clone().find(is_root) {
            return Some(found);
        }
        level = level.iter().flat_map(|folder| folders(folder)).collect();
    }
    None
}

/// `source` with `library::service()` at the end of the list.
///
/// # Errors
/// When the call has no list of services.
pub fn with_service(source: &str, library: &str) -> Result<String, String> {
    let file = parse(source)?;
    let mut found = Services(None);
    found.visit_file(&file);
    let list = found
        .0
        .ok_or_else(|| format!("{CALL}&[…]) has no list of services"))?;
    let call = format!("{library}::service()");
    let mut calls: Vec<String> = (list.elems.iter())
        .map(|item| source[item.span().byte_range()].to_owned())
        .collect();
    if calls.contains(&call) {
        return Ok(source.to_owned());
    }
    let mut edits = Edits::default();
    let place = list.span().byte_range();
    match list.elems.last() {
        // Behind the last one, with what a person wrote between them.
        Some(last) if source[place.clone()].contains('\n') => {
            let end = last.span().byte_range().end;
            let indent = line_indent(source, last.span().byte_range().start);
            edits.replace(end..end, format!(",\n{indent}{call}"));
        }
        Some(_) | None => {
            calls.push(call);
            let indent = line_indent(source, list.span().byte_range().start);
            edits.replace(place, format!("[{}]", laid_out(&calls, indent)));
        }
    }
    Ok(edits.apply(source))
}

/// The folders in `folder`, in order, without those that hold no sources.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_source = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_dir() && !name.starts_with('.') && name != "target" && name != "src"
    };
    let mut folders: Vec<PathBuf> = entries.map(|it| it.path()).filter(is_source).collect();
    folders.sort();
    folders
}

struct Services(Option<syn::ExprArray>);

impl<'ast> Visit<'ast> for Services {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let (Expr::Path(path), Some(Expr::Reference(list))) = (&*call.func, call.args.first())
            && let Expr::Array(list) = &*list.expr
        {
            let names: Vec<String> = (path.path.segments.iter())
                .map(|it| it.ident.to_string())
                .collect();
            if names == ["toolkit_engine", "main"] {
                self.0 = Some(list.clone());
            }
        }
        syn::visit::visit_expr_call(self, call);
    }
}

#[cfg(test)]
mod tests {
    use super::with_service;

    #[test]
    fn a_service_is_added_to_the_list() {
        let with = |list: &str| {
            format!("fn main() -> ExitCode {{\n    toolkit_engine::main(&[{list}])\n}}\n")
        };
        let add = |list: &str, library: &str| with_service(&with(list), library).unwrap();
        assert_eq!(add("", "a"), with("a::service()"));
        assert_eq!(add("a::service()", "b"), with("a::service(), b::service()"));
        assert_eq!(add("a::service()", "a"), with("a::service()"));
        let long = "a_rather_long_name_of_a_library::service()";
        assert_eq!(
            add(long, "another_long_name"),
            with(&format!(
                "\n        {long},\n        another_long_name::service(),\n    "
            ))
        );
        assert_eq!(
            add("\n        a::service(), // first\n    ", "b"),
            with("\n        a::service(),\n        b::service(), // first\n    ")
        );
        with_service("fn main() {}", "a").unwrap_err();
    }
}
