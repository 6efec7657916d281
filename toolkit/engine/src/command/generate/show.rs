//! What `generate` says, to a person and to a program.

use std::path::PathBuf;

use serde_json::{Value, json};
use toolkit_runtime::{Context, Error, Failure, Format, Outcome, Service};

use crate::{
    command::{hazard, observation, summary},
    compare::Comparison,
    desired::Kept,
    observe::Observation,
    render::sql,
    scratch::{Location, Scratch},
};

/// Ends with the documents of the services, compared in the scratch database at `place`, of which the failed ones have their reasons.
pub(super) fn finish(
    context: &Context,
    services: &[Service],
    generated: &[Result<Value, Error>],
    place: Option<&Location>,
) -> Outcome {
    let printer = &context.printer;
    let failed = generated.iter().any(Result::is_err);
    if printer.format() == Format::Json {
        let documents: Vec<Value> = services
            .iter()
            .zip(generated)
            .map(|(service, generated)| match generated {
                Ok(document) => document.clone(),
                Err(error) => failure(service, error),
            })
            .collect();
        printer.json(&json!({
            "command": "generate", "ok": !failed, "scratch": place, "services": documents,
        }));
    }
    let errors = generated.iter().filter_map(|one| one.as_ref().err());
    errors.for_each(|error| printer.error(error));
    if failed {
        Outcome::Failed
    } else {
        Outcome::Done
    }
}

fn failure(service: &Service, error: &Error) -> Value {
    json!({ "service": service.name(), "error": Failure::from(error) })
}

/// The document of a service that needs no migration.
pub(super) fn nothing(service: &Service) -> Value {
    json!({ "service": service.name(), "statements": [], "files": [] })
}

/// The document of a service whose migrations give what the entities say; `files` were written beside them.
pub(super) fn nothing_differs(
    service: &Service,
    comparison: &Comparison,
    files: &[PathBuf],
) -> Value {
    json!({
        "service": service.name(),
        "statements": [],
        "left_open": summary::left_open(comparison),
        "files": files,
    })
}

/// The document of a migration that was written, from `comparison` unless it is an empty one.
pub(super) fn written(
    service: &Service,
    migration: &str,
    comparison: Option<&Comparison>,
    files: &[PathBuf],
) -> Value {
    json!({
        "service": service.name(),
        "migration": migration,
        "left_open": comparison.map(summary::left_open).unwrap_or_default(),
        "files": files,
    })
}

pub(super) fn nothing_to_do(context: &Context, service: &Service, comparison: &Comparison) {
    let printer = &context.printer;
    let name = service.name();
    printer.data(&format!(
        "{name}: nothing to do; the migrations give what the entities say"
    ));
    summary::kept(comparison)
        .iter()
        .for_each(|line| printer.data(line));
    summary::show_left_open(context, comparison);
}

/// Shows what differs, in the format that was asked for.
pub(super) fn comparison(
    context: &Context,
    service: &Service,
    (comparison, observation): (&Comparison, &Observation),
    scratch: &Scratch,
    source: &str,
) {
    let printer = &context.printer;
    let schema = service.schema();
    let talk = |line: &String| printer.note(line);
    match printer.format() {
        Format::Rust => printer.raw(source),
        Format::Sql => printer.sql(&sql::script(&comparison.up, &sql::Names::within(schema))),
        Format::Json | Format::Report(_) => {}
        Format::Text => {
            summary::steps(&comparison.up, schema)
                .iter()
                .for_each(|line| printer.coloured(line));
            observation::broken(observation, &["it"])
                .iter()
                .for_each(|line| printer.data(&format!("  {line}")));
            summary::kept(comparison).iter().for_each(talk);
        }
    }
    summary::show_left_open(context, comparison);
    summary::identical(&comparison.identical)
        .iter()
        .for_each(talk);
    summary::proposals(comparison).iter().for_each(talk);
    summary::to_fill(comparison).iter().for_each(talk);
    talk(&format!("proved up, down and up again in {scratch}"));
}

/// The document of a migration that is only shown.
pub(super) fn document(
    service: &Service,
    comparison: &Comparison,
    observation: &Observation,
) -> Value {
    let names = sql::Names::within(service.schema());
    let kept = comparison.kept.iter().map(Kept::to_string);
    json!({
        "service": service.name(),
        "statements": sql::statements(&comparison.up, &names),
        "steps": hazard::steps(&comparison.up, &names),
        "down": sql::statements(&comparison.down, &names),
        "hazards": hazard::words(&comparison.up),
        "running_code": observation::document(observation, &["the migration"]),
        "kept": kept.collect::<Vec<_>>(),
        "left_open": summary::left_open(comparison),
        "files": [],
    })
}
