//! What `adopt` found and did, for people and programs.

use std::path::PathBuf;

use serde_json::json;
use toolkit_runtime::{Context, Format, Service};
use toolkit_text::harmless;

use super::{Baseline, Found, Request};
use crate::{
    catalog::{Catalog, Unmanaged},
    command::{entities::show::without_entity, lock::wrote, summary},
    extension::Extension,
    render::{
        rust::Entities,
        sql::{Names, script, statements},
    },
};

/// What the baseline holds, what it does not, and what comes next.
pub(super) fn baseline(
    context: &Context,
    request: &Request,
    live: &Catalog,
    found: &Found,
    baseline: &Baseline,
) {
    let printer = &context.printer;
    let schema = request.service.schema();
    match printer.format() {
        Format::Json | Format::Report(_) => {}
        Format::Rust => printer.raw(&baseline.source),
        Format::Sql => printer.sql(&script(&baseline.up, &Names::within(schema))),
        Format::Text => {
            let mut lines = vec![format!("{}: {}", request.service.name(), counted(live))];
            lines.extend(of_alembic(found));
            lines.extend(left_out(&live.unmanaged));
            lines.iter().for_each(|line| printer.data(line));
            if !request.entities {
                next(baseline, schema)
                    .iter()
                    .for_each(|line| printer.coloured(line));
                if let Some(next) = &baseline.next {
                    summary::show_left_open(context, next);
                }
            }
        }
    }
    printer.note(&format!(
        "proved up, down and up again in {}",
        baseline.place
    ));
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

fn counted(live: &Catalog) -> String {
    let others = live.definitions.len() + live.domains.len() + live.composites.len();
    format!(
        "the baseline makes {}, {}, {} and {}",
        count(live.tables.len(), "table"),
        count(live.enums.len(), "enum type"),
        count(live.sequences.len(), "sequence"),
        count(others, "other object")
    )
}

fn of_alembic(found: &Found) -> Vec<String> {
    if found.alembic.is_empty() {
        return vec!["no alembic_version in the schema or in public".to_owned()];
    }
    let told = |alembic: &super::found::Alembic| {
        let revisions = match &alembic.revisions {
            None => "a revision that this role may not read".to_owned(),
            Some(revisions) if revisions.is_empty() => "no revision".to_owned(),
            Some(revisions) => revisions.join(", "),
        };
        format!(
            "{}.alembic_version is at {revisions}; it is kept, and left out of every comparison",
            alembic.schema
        )
    };
    found.alembic.iter().map(told).collect()
}

fn left_out(unmanaged: &[Unmanaged]) -> Vec<String> {
    if unmanaged.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "NOT in the baseline, for they are of kinds that are not compared; a new database lacks them \
         until a migration of yours makes them:"
            .to_owned(),
    ];
    let told = |object: &Unmanaged| format!("  {object}");
    lines.extend(unmanaged.iter().map(told));
    lines
}

fn next(baseline: &Baseline, schema: &str) -> Vec<String> {
    let Some(next) = &baseline.next else {
        return vec![
            "the service lists no entities yet: `generate` needs them in its definition".to_owned(),
        ];
    };
    let mut lines = Vec::new();
    if next.is_empty() {
        lines.push("the entities say the same: `generate` will find nothing to do".to_owned());
    } else {
        lines.push("the entities say otherwise; `generate` will propose:".to_owned());
        lines.extend(summary::steps(&next.up, schema));
    }
    lines.extend(baseline.if_kept.map(|steps| {
        let propose = match steps {
            0 => "nothing of this".to_owned(),
            1 => "1 step of this".to_owned(),
            _ => format!("{steps} steps of this"),
        };
        format!(
            "these entities leave things out; with .unsaid(Unsaid::Keep) in the service's definition it proposes \
             {propose}"
        )
    }));
    let others = summary::kept(next)
        .into_iter()
        .chain(summary::proposals(next));
    lines.extend(others.map(|line| harmless(&line).into_owned()));
    lines
}

/// The entities that are written with the baseline.
pub(super) fn entities(context: &Context, written: Option<&Entities>) {
    let Some(written) = written else { return };
    if context.printer.format() == Format::Text {
        let described = written.modules.iter().filter(|it| it.table.is_some());
        let declared = if written.declared.is_some() {
            ", and declarations of what they cannot say"
        } else {
            ""
        };
        context.printer.data(&format!(
            "entities of {}{declared}; `generate` will find nothing to do",
            count(described.count(), "table")
        ));
    }
    without_entity(context, written);
}

/// The same for programs, with the `files` that were written.
pub(super) fn document(
    context: &Context,
    request: &Request,
    live: &Catalog,
    found: &Found,
    baseline: &Baseline,
    files: &[PathBuf],
) {
    if context.printer.format() != Format::Json {
        return;
    }
    let names = Names::within(request.service.schema());
    let unmanaged: Vec<String> = live.unmanaged.iter().map(ToString::to_string).collect();
    context.printer.json(&json!({
        "command": "adopt",
        "service": request.service.name(),
        "ok": true,
        "scratch": baseline.place,
        "migration": baseline.name,
        "statements": statements(&baseline.up, &names),
        "extensions": found.extensions.iter().map(Extension::statement).collect::<Vec<_>>(),
        "alembic": found.alembic,
        "not_in_baseline": unmanaged,
        "next": baseline.next.as_ref().map(|next| statements(&next.up, &names)),
        "steps_if_kept": baseline.if_kept,
        "left_open": baseline.next.as_ref().map(summary::left_open).unwrap_or_default(),
        "files": files,
    }));
}

/// What was written, and what to do now.
pub(super) fn files(context: &Context, service: &Service, baseline: &Baseline, files: &[PathBuf]) {
    let printer = &context.printer;
    files.iter().for_each(|file| wrote(context, file));
    let (name, migration) = (service.name(), &baseline.name);
    printer.note(&format!("recorded {migration} as applied"));
    printer.note(&format!(
        "next: `cargo toolkit check --service {name}`; in other databases of the same schema, \
         `toolkit stamp --service {name} {migration}`"
    ));
}
