//! What a generated migration says in its comments: what is left to a person, and what is lost.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use syn::{Ident, ImplItem, ImplItemFn, Item, spanned::Spanned, visit::Visit};
use toolkit_scaffold::rust::parse;

use crate::{Result, source_text};

/// A comment in a migration that says what is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// The migration's file.
    pub file: PathBuf,
    /// The line that it begins on.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// What is to be done in the migration `name` of the crate in `folder`.
///
/// # Errors
/// [`crate::Error::Files`] when its source cannot be read.
pub fn todos(folder: &Path, name: &str) -> Result<Vec<Todo>> {
    let Some((file, text)) = source_text(folder, name)? else {
        return Ok(Vec::new());
    };
    let found = comments(&text, "TODO:").into_iter();
    Ok(found
        .map(|(line, text)| Todo {
            file: file.clone(),
            line,
            text,
        })
        .collect())
}

/// What the migration `name` of the crate in `folder` says that it loses on its way up.
///
/// # Errors
/// [`crate::Error::Files`] when its source cannot be read.
pub fn losses(folder: &Path, name: &str) -> Result<Vec<String>> {
    let source = source_text(folder, name)?;
    Ok(source.map_or_else(Vec::new, |(_, text)| lost_on_the_way_up(&text)))
}

/// What comments in `up`, and in functions that it calls, say to be lost.
fn lost_on_the_way_up(source: &str) -> Vec<String> {
    let lost = comments(source, "Loses data:");
    if lost.is_empty() {
        return Vec::new();
    }
    let Ok(file) = parse(source) else {
        return Vec::new();
    };
    let Some(up) = file.items.iter().find_map(up) else {
        return Vec::new();
    };
    let functions = file.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some((function.sig.ident.to_string(), lines(function))),
        _ => None,
    });
    let functions: BTreeMap<String, RangeInclusive<usize>> = functions.collect();
    let mut named = Named(Vec::new());
    named.visit_block(&up.block);
    let called = named.0.iter().filter_map(|name| functions.get(name));
    let places: Vec<_> = called.cloned().chain([lines(up)]).collect();
    let is_there = |line: &usize| places.iter().any(|place| place.contains(line));
    let lost = lost.into_iter().filter(|(line, _)| is_there(line));
    lost.map(|(_, text)| text.trim_end_matches('.').to_owned())
        .collect()
}

fn lines(item: &impl Spanned) -> RangeInclusive<usize> {
    let span = item.span();
    span.start().line..=span.end().line
}

fn up(item: &Item) -> Option<&ImplItemFn> {
    let Item::Impl(block) = item else { return None };
    block.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "up" => Some(function),
        _ => None,
    })
}

/// The names in a block.
struct Named(Vec<String>);

impl<'ast> Visit<'ast> for Named {
    fn visit_ident(&mut self, name: &'ast Ident) {
        self.0.push(name.to_string());
    }
}

/// The comments that begin with `sign`, each with the lines below it, and the line that it begins on.
fn comments(source: &str, sign: &str) -> Vec<(usize, String)> {
    let comment = |line: &str| Some(line.trim().strip_prefix("//")?.trim().to_owned());
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in source.lines().enumerate() {
        let Some(text) = comment(line) else {
            goes_on = false;
            continue;
        };
        if let Some(text) = text.strip_prefix(sign) {
            found.push((number + 1, text.trim().to_owned()));
            goes_on = true;
        } else if let (true, Some((_, whole))) = (goes_on, found.last_mut()) {
            whole.push(' ');
            whole.push_str(&text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{comments, lost_on_the_way_up};

    #[test]
    fn what_is_left_to_a_person_is_found_with_its_line() {
        let source = "// Made.\nfn up() {\n    // TODO: a.b is new: fill it here, or\n    // drop it.\n    \
            let text = \"// TODO: no\";\n    // Done.\n    // TODO: two\n}\n";
        let expected = [(3, "a.b is new: fill it here, or drop it."), (7, "two")];
        assert_eq!(
            comments(source, "TODO:"),
            expected.map(|(line, text)| (line, text.to_owned()))
        );
    }

    #[test]
    fn what_is_lost_on_the_way_up_is_told_and_what_the_way_back_loses_is_not() {
        let source = "impl MigrationTrait for Migration {\n    async fn up(&self) {\n        // Loses data: the values of \
            a.b\n        // and a.c.\n        drop_column();\n        change_plans(manager).await\n    }\n    \
            async fn down(&self) {\n        // Loses data: the rows of d.\n        change_back(manager).await\n    }\n}\n\
            async fn change_plans(manager: &M) {\n    // Loses data: the rows of e.\n}\n\
            async fn change_back(manager: &M) {\n    // Loses data: the rows of f.\n}\n";
        let expected = ["the values of a.b and a.c", "the rows of e"];
        assert_eq!(lost_on_the_way_up(source), expected);
    }
}
