//! `generate`: a migration from the difference between entities and the current schema.

use std::path::PathBuf;

use dialoguer::Confirm;
use sea_orm::prelude::ChronoUtc;
use serde_json::json;
use toolkit_runtime::{Context, Error, Extent, Format, Outcome, Service};

use super::{lock::wrote, summary};
use crate::{
    compare::{Comparison, Wishes, compare, rename_option},
    desired::{self, forgotten},
    history::replay,
    plan::Plan,
    project::{add_migration, crate_folder, migration_name},
    render::{rust, sql},
    scratch::Scratch,
    verify,
};

/// What the current schema is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Current {
    /// The service's migrations, replayed on a scratch database
    #[default]
    History,
    /// The live database, which must be up to date
    Database,
}

/// The words of `generate`.
pub(crate) struct Request {
    pub(crate) service: Service,
    pub(crate) message: Option<String>,
    pub(crate) current: Current,
    pub(crate) wishes: Wishes,
    pub(crate) empty: bool,
    pub(crate) dry_run: bool,
}

/// Writes a migration, or says that there is nothing to do.
pub(crate) async fn generate(context: &Context, request: Request) -> Result<Outcome, Error> {
    if request.empty {
        let message = request.message.as_deref().unwrap_or("change");
        let source = rust::migration(
            &Plan::default(),
            &Plan::default(),
            &options(&request, message),
        );
        return write(context, &request, message, &source);
    }
    refuse_forgotten(&request.service)?;
    let scratch = Scratch::open(context, &request.service).await?;
    let result = on_scratch(context, request, &scratch).await;
    scratch.close().await;
    result
}

/// An entity that nobody listed would be missing from every comparison.
pub(crate) fn refuse_forgotten(service: &Service) -> Result<(), Error> {
    let problem = if service.entity_tables().is_empty() {
        Some("it lists no entities".to_owned())
    } else {
        let forgotten = forgotten(service);
        (!forgotten.is_empty())
            .then(|| format!("entities that it does not list: {}", forgotten.join(", ")))
    };
    match problem {
        Some(problem) => Err(crate::Error::Entities {
            service: service.name().to_owned(),
            problem,
        }
        .into()),
        None => Ok(()),
    }
}

async fn on_scratch(
    context: &Context,
    mut request: Request,
    scratch: &Scratch,
) -> Result<Outcome, Error> {
    let service = request.service.clone();
    let connection = scratch.connection();
    replay(connection, &service, &Extent::All).await?;
    let history = verify::read(connection.db(), &service).await?;
    if request.current == Current::Database {
        refuse_drift(context, &service, &history).await?;
    }
    let desired = desired::read(connection.db(), &service).await?;
    let mut comparison = compare(&service, history.clone(), desired.clone(), &request.wishes)?;
    while let Some(rename) = ask(context, &comparison).await? {
        request.wishes.renames.push(rename);
        comparison = compare(&service, history.clone(), desired.clone(), &request.wishes)?;
    }
    if comparison.is_empty() {
        nothing_to_do(context, &service, &comparison);
        return Ok(Outcome::Done);
    }
    let Comparison {
        current,
        target,
        up,
        down,
        ..
    } = &comparison;
    verify::prove(connection.db(), &service, up, down, current, target).await?;
    let message = request
        .message
        .clone()
        .unwrap_or_else(|| describe(&comparison));
    let source = rust::migration(up, down, &options(&request, &message));
    show(context, &request, &comparison, scratch, &source);
    if request.dry_run {
        return Ok(Outcome::Done);
    }
    write(context, &request, &message, &source)
}

/// With `--from database`, the live schema must be what the migrations give.
async fn refuse_drift(
    context: &Context,
    service: &Service,
    history: &crate::catalog::Catalog,
) -> Result<(), Error> {
    let live = super::live::read(context, service, "toolkit generate").await?;
    let problem = match live {
        None => Some("there is no database to compare with".to_owned()),
        Some(live) if !live.standing.pending().is_empty() => {
            Some("the database is not up to date; run `up` first".to_owned())
        }
        Some(live) => {
            let differences = verify::differences(history, &live.catalog, service)?;
            (!differences.is_empty()).then(|| {
                format!(
                    "the database differs from its migrations by\n  {}",
                    differences.join("\n  ")
                )
            })
        }
    };
    match problem {
        None => Ok(()),
        Some(problem) => Err(crate::Error::Live {
            service: service.name().to_owned(),
            problem,
        }
        .into()),
    }
}

/// Asks about the first likely rename, on a terminal; without one nothing is guessed.
async fn ask(context: &Context, comparison: &Comparison) -> Result<Option<String>, Error> {
    let Some(proposal) = comparison.proposals.first() else {
        return Ok(None);
    };
    if !context.printer.is_live() || !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        return Ok(None);
    }
    let option = rename_option(&proposal.rename);
    let question = format!("Is {option} a rename ({})?", proposal.reason);
    let asked =
        tokio::task::spawn_blocking(move || Confirm::new().with_prompt(question).interact_opt())
            .await;
    Ok(matches!(asked, Ok(Ok(Some(true)))).then_some(option))
}

fn nothing_to_do(context: &Context, service: &Service, comparison: &Comparison) {
    let name = service.name();
    match context.printer.format() {
        Format::Json => context.printer.json(&json!({
            "command": "generate", "service": name, "ok": true, "statements": [], "files": [],
        })),
        Format::Text => {
            context.printer.data(&format!(
                "{name}: nothing to do; the migrations give what the entities say"
            ));
            summary::kept(comparison)
                .iter()
                .for_each(|line| context.printer.data(line));
        }
        Format::Sql | Format::Rust => {}
    }
}

fn show(
    context: &Context,
    request: &Request,
    comparison: &Comparison,
    scratch: &Scratch,
    source: &str,
) {
    let printer = &context.printer;
    let schema = request.service.schema();
    let talk = |line: &str| printer.note(line);
    match printer.format() {
        Format::Rust => printer.raw(source),
        Format::Sql => printer.raw(&sql::script(&comparison.up, &sql::Names::within(schema))),
        Format::Json if request.dry_run => printer.json(&document(request, comparison, &[])),
        Format::Json => {}
        Format::Text => {
            summary::steps(&comparison.up, schema)
                .iter()
                .for_each(|line| printer.data(line));
            summary::kept(comparison).iter().for_each(|line| talk(line));
        }
    }
    summary::identical(&comparison.identical)
        .iter()
        .for_each(|line| talk(line));
    summary::proposals(comparison)
        .iter()
        .for_each(|line| talk(line));
    talk(&format!("proved up, down and up again in {scratch}"));
}

fn document(request: &Request, comparison: &Comparison, files: &[PathBuf]) -> serde_json::Value {
    let names = sql::Names::within(request.service.schema());
    json!({
        "command": "generate",
        "service": request.service.name(),
        "ok": true,
        "statements": sql::statements(&comparison.up, &names),
        "down": sql::statements(&comparison.down, &names),
        "hazards": comparison.up.steps.iter().flat_map(|step| &step.hazards).map(|hazard| &hazard.reason).collect::<Vec<_>>(),
        "kept": comparison.kept.iter().map(|kept| kept.0.to_string()).collect::<Vec<_>>(),
        "files": files,
    })
}

fn write(
    context: &Context,
    request: &Request,
    message: &str,
    source: &str,
) -> Result<Outcome, Error> {
    let service = &request.service;
    let folder = crate_folder(service, &context.configuration)?;
    let last = service
        .migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .max();
    let name = migration_name(ChronoUtc::now(), last.as_deref(), message);
    if request.dry_run {
        context.printer.raw(source);
        return Ok(Outcome::Done);
    }
    let files = add_migration(service, &folder, &name, source)?;
    let printer = &context.printer;
    if printer.format() == Format::Json {
        printer.json(&json!({
            "command": "generate", "service": service.name(), "ok": true, "migration": name, "files": files,
        }));
    }
    files.iter().for_each(|file| wrote(context, file));
    printer.note(&format!(
        "next: read it, then `cargo toolkit up --service {}`",
        service.name()
    ));
    Ok(Outcome::Done)
}

fn options(request: &Request, message: &str) -> rust::Options {
    rust::Options {
        schema: request.service.schema().to_owned(),
        message: Some(message.to_owned()),
        prepare: Vec::new(),
    }
}

/// A name for a migration that nobody named.
fn describe(comparison: &Comparison) -> String {
    let steps = &comparison.up.steps;
    let first = steps
        .first()
        .map(|step| sql::summary(&step.action))
        .unwrap_or_default();
    let words: Vec<&str> = first
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .take(6)
        .collect();
    words.join(" ")
}
