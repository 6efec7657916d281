//! What `squash` found and did, for people and programs.

use std::path::PathBuf;

use serde::Serialize;
use toolkit_postgres::scratch::Location;
use toolkit_runtime::{Context, Format, Service, excerpt};

use super::{Kept, Request, Squashed};
use crate::command::lock::wrote;

/// How many statements are shown.
const SHOWN: usize = 20;

/// The answer for programs; nothing was squashed where there is no `migration`.
#[derive(Serialize)]
struct Document<'a> {
    command: &'static str,
    service: &'a str,
    ok: bool,
    scratch: Option<&'a Location>,
    migration: Option<&'a str>,
    replaces: &'a [String],
    data: &'a [String],
    statements: Vec<OldStatement<'a>>,
    files: &'a [PathBuf],
}

/// A statement of an old migration that is not carried over.
#[derive(Serialize)]
struct OldStatement<'a> {
    migration: &'a str,
    statement: &'a str,
    beyond_database: bool,
}

impl<'a> Document<'a> {
    fn new(service: &'a Service, ok: bool, squashed: Option<&'a Squashed>) -> Self {
        let listed = |statements: &'a [(String, String)], beyond_database| {
            statements
                .iter()
                .map(move |(migration, statement)| OldStatement {
                    migration,
                    statement,
                    beyond_database,
                })
        };
        let kept = squashed.map(|it| &it.kept);
        Self {
            command: "squash",
            service: service.name(),
            ok,
            scratch: squashed.map(|it| &it.place),
            migration: None,
            replaces: &[],
            data: kept.map_or(&[], |it| &it.data),
            statements: kept
                .into_iter()
                .flat_map(|it| listed(&it.statements, false).chain(listed(&it.beyond, true)))
                .collect(),
            files: &[],
        }
    }
}

/// There are no two migrations to make one of.
pub(super) fn nothing(context: &Context, service: &Service) {
    let (printer, name) = (&context.printer, service.name());
    if printer.format() == Format::Json {
        printer.json(&Document::new(service, true, None));
    }
    printer.data(&format!(
        "{name}: nothing to do; there are no two migrations to squash"
    ));
}

/// Rows that would be missing from a new database.
pub(super) fn refusal(context: &Context, service: &Service, squashed: &Squashed) {
    let (printer, name) = (&context.printer, service.name());
    let kept = &squashed.kept;
    if printer.format() == Format::Json {
        printer.json(&Document::new(service, false, Some(squashed)));
    }
    printer.data(&format!(
        "{name}: the migrations leave rows that one made from the schema does not make:"
    ));
    kept.data
        .iter()
        .for_each(|line| printer.data(&format!("  {line}")));
    statements(context, squashed);
    printer.note(
        "nothing was written; --through stops before a migration that makes rows, --drop-data goes \
         on without them: new databases lack them then, until a migration of yours makes them",
    );
}

fn statements(context: &Context, squashed: &Squashed) {
    let Kept {
        statements, beyond, ..
    } = &squashed.kept;
    for (what, statements) in [
        ("may change rows", statements),
        ("reach beyond the database", beyond),
    ] {
        if !statements.is_empty() {
            list(context, what, statements);
        }
    }
}

/// Lists statements, each behind its migration.
fn list(context: &Context, what: &str, statements: &[(String, String)]) {
    let printer = &context.printer;
    printer.data(&format!(
        "statements of the old migrations that {what}, and are not carried over:"
    ));
    for (migration, statement) in statements.iter().take(SHOWN) {
        let statement = excerpt(statement, None).replace('\n', "\n    ");
        printer.data(&format!("  {migration}\n    {statement}"));
    }
    if let Some(more @ 1..) = statements.len().checked_sub(SHOWN) {
        printer.data(&format!("  and {more} more"));
    }
}

/// Which modules stay without their migrations.
pub(super) fn staying(context: &Context, staying: &[String]) {
    for name in staying {
        context.printer.note(&format!(
            "the module {name} stays, because other sources name it; its migration is squashed"
        ));
    }
}

/// What is about to be written.
pub(super) fn squashed(context: &Context, request: &Request, squashed: &Squashed, old: &[String]) {
    let printer = &context.printer;
    match printer.format() {
        Format::Json => {}
        Format::Rust => printer.raw(&squashed.source),
        Format::Text | Format::Sql | Format::Report(_) => {
            let name = request.service.name();
            printer.data(&format!("{name}: {} replaces", squashed.name));
            old.iter()
                .for_each(|name| printer.data(&format!("  {name}")));
            if squashed.kept.leaves_data() {
                printer.warn("new databases will lack rows that the old migrations made:");
                let lines = squashed.kept.data.iter();
                lines.for_each(|line| printer.warn(line));
            }
            statements(context, squashed);
        }
    }
    printer.note(&format!(
        "proved to make the same schema, up, down and up again in {}",
        squashed.place
    ));
}

/// The same for programs, with the `files` that were written.
pub(super) fn document(
    context: &Context,
    request: &Request,
    squashed: &Squashed,
    old: &[String],
    files: &[PathBuf],
) {
    if context.printer.format() == Format::Json {
        context.printer.json(&Document {
            migration: Some(&squashed.name),
            replaces: old,
            files,
            ..Document::new(&request.service, true, Some(squashed))
        });
    }
}

/// What was written, and what to do now.
pub(super) fn files(context: &Context, service: &Service, files: &[PathBuf], removed: usize) {
    let printer = &context.printer;
    files.iter().for_each(|file| wrote(context, file));
    let name = service.name();
    printer.note(&format!(
        "removed the files of the {removed} old migrations"
    ));
    printer.note(&format!(
        "next: `cargo toolkit check --service {name}`; every database must have all old migrations \
         before this release reaches it"
    ));
}
