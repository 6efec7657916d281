//! What `entities` writes and leaves, for people and programs.

use std::path::PathBuf;

use serde_json::json;
use toolkit_runtime::{Context, Format};
use toolkit_text::harmless_line;

use super::{super::lock::wrote, Request, unlisted};
use crate::{project::EntityFiles, render::rust::Entities};

/// The texts that would be written.
pub(super) fn sources(context: &Context, written: &Entities, files: &EntityFiles) {
    if context.printer.format() == Format::Json {
        return;
    }
    let modules = written.modules.iter();
    let is_new = |name: &str| {
        let file = format!("{name}.rs");
        files.written.iter().any(|path| path.ends_with(&file))
    };
    for module in modules.filter(|module| is_new(&module.name)) {
        context
            .printer
            .raw(&format!("// {}.rs\n{}\n", module.name, module.source));
    }
    if let Some(declared) = written.declared.as_ref().filter(|_| is_new("declared")) {
        context
            .printer
            .raw(&format!("// declared.rs\n{declared}\n"));
    }
}

/// What was done, and what is left to do by hand.
pub(super) fn done(context: &Context, request: &Request, written: &Entities, files: &EntityFiles) {
    let printer = &context.printer;
    let service = request.service.name();
    let unlisted = unlisted(&request.service, written, files);
    if printer.format() == Format::Json {
        let without: Vec<_> = (written.without_entity.iter())
            .map(|(table, why)| json!({ "table": table.name, "reason": why }))
            .collect();
        printer.json(&json!({
            "command": "entities",
            "ok": true,
            "service": service,
            "files": if request.dry_run { Vec::<&PathBuf>::new() } else { files.written.iter().collect() },
            "kept": files.kept,
            "unlisted": unlisted,
            "without_entity": without,
        }));
        return;
    }
    without_entity(context, written);
    if !request.dry_run {
        files.written.iter().for_each(|file| wrote(context, file));
    }
    for file in &files.kept {
        let file = file.display();
        printer.note(&format!(
            "kept {file}, which is another one; --overwrite replaces it"
        ));
    }
    if files.written.is_empty() && files.kept.is_empty() {
        printer.note(&format!("{service}: every file is what it would be"));
    }
    if !unlisted.is_empty() {
        printer.note(&format!(
            "next: list them in the service's definition, .entities(|| entities![{}])",
            unlisted.join(", ")
        ));
    }
    if let Some(declared) = files.written.iter().find(|it| it.ends_with("declared.rs"))
        && !request.dry_run
    {
        printer.note(&format!(
            "next: `mod declared;` and .declare(declared::declare) beside {}",
            declared.display()
        ));
    }
}

/// The tables that no entity describes.
pub(crate) fn without_entity(context: &Context, written: &Entities) {
    for (table, why) in &written.without_entity {
        let table = harmless_line(&table.name);
        context.printer.warn(&format!(
            "no entity describes the table {table}, for {why}; it is declared"
        ));
    }
}
