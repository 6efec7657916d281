//! `generate`: a migration from the difference between entities and the current schema.

mod ask;
mod online;
mod show;

use std::path::{Path, PathBuf};

use sea_orm::prelude::ChronoUtc;
use serde_json::Value;
use toolkit_runtime::{Context, Error, Extent, Format, Outcome, Service};

use self::ask::{Answer, Answers};
use super::{
    lock::{shown, wrote},
    said,
    sources::{refuse_misspelt, refuse_stale},
};
use crate::{
    catalog::Catalog,
    compare::{Comparison, Wishes, compare},
    desired::{self, Said, forgotten},
    history::{is_migrations_fault, replay},
    observe::Watch,
    plan::Plan,
    project::{
        FileChanges, crate_folder, migration_name, new_migration, refuse_unusual,
        undeclared_entities,
    },
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

/// What a migration that is filled by hand begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Empty {
    /// Nothing
    Plain,
    /// Rows that are changed
    Data,
    /// SQL as it is written
    Sql,
    /// Many rows, some at a time
    Batches,
    /// An index that is built beside those who write
    Concurrently,
}

impl Empty {
    /// The source of the migration, `message` being what it is for.
    fn source(self, service: &Service, message: &str) -> String {
        let kind = match self {
            Self::Plain => {
                let nothing = Plan::default();
                return rust::migration(&nothing, &nothing, &options(service, message));
            }
            Self::Data => rust::Frame::Data,
            Self::Sql => rust::Frame::Sql,
            Self::Batches => rust::Frame::Batches,
            Self::Concurrently => rust::Frame::Concurrently,
        };
        rust::frame(kind, message)
    }
}

/// The words of `generate`.
pub(crate) struct Request {
    pub(crate) services: Vec<Service>,
    pub(crate) message: Option<String>,
    pub(crate) current: Current,
    pub(crate) wishes: Wishes,
    pub(crate) empty: Option<Empty>,
    /// As the service's definition says, unless something is said here.
    pub(crate) online: Option<bool>,
    pub(crate) dry_run: bool,
}

impl Request {
    /// What only one service can be told.
    fn of_one_service(&self, format: Format) -> Option<&'static str> {
        let words = [
            ("--empty", self.empty.is_some()),
            ("--rename", !self.wishes.renames.is_empty()),
            ("--drop", !self.wishes.drop.is_empty()),
            ("--fill", !self.wishes.fills.is_empty()),
            ("--format rust", format == Format::Rust),
        ];
        let mut given = words.into_iter().filter(|(_, is_given)| *is_given);
        given.next().map(|(word, _)| word)
    }
}

/// Writes a migration for each service that needs one, and says which need none.
pub(crate) async fn generate(context: &Context, request: Request) -> Result<Outcome, Error> {
    let services = &request.services;
    let Some(first) = services.first() else {
        return Ok(Outcome::Done);
    };
    let option = request.of_one_service(context.printer.format());
    if let (Some(option), true) = (option, services.len() > 1) {
        return Err(crate::Error::SeveralServices { option }.into());
    }
    (services.iter()).try_for_each(|service| refuse_stale(context, service))?;
    if let Some(kind) = request.empty {
        let document = empty(context, first, &request, kind)?;
        return Ok(show::finish(context, services, &[Ok(document)], None));
    }
    for service in services {
        refuse_forgotten(context, service)?;
        refuse_misspelt(context, service)?;
    }
    if !request.dry_run {
        // Where there is no crate, what needs no migration is told all the same.
        let folders = services.iter();
        let mut folders = folders.flat_map(|it| crate_folder(it, &context.configuration));
        folders.try_for_each(|folder| refuse_unusual(&folder))?;
    }
    // Before anything is shown or written: it may have to be done again on another server.
    let replayed = Scratch::after(context, services, async |scratch| {
        histories(services, scratch).await
    });
    let (scratch, histories) = replayed.await?;
    let mut generated = on_scratch(context, &request, &scratch, histories).await;
    let place = scratch.location();
    scratch.close().await;
    if let (1, Some(Err(_))) = (services.len(), generated.first()) {
        generated.swap_remove(0)?;
    }
    Ok(show::finish(context, services, &generated, Some(&place)))
}

fn empty(
    context: &Context,
    service: &Service,
    request: &Request,
    kind: Empty,
) -> Result<Value, Error> {
    let message = request.message.as_deref().unwrap_or("change");
    let source = kind.source(service, message);
    if !request.dry_run {
        return write(context, service, message, &source, None);
    }
    if context.printer.format() != Format::Json {
        context.printer.raw(&source);
    }
    Ok(show::nothing(service))
}

/// An entity that nobody listed would be missing from every comparison.
pub(crate) fn refuse_forgotten(context: &Context, service: &Service) -> Result<(), Error> {
    let problem = if service.entity_tables().is_empty() {
        Some("it lists no entities".to_owned())
    } else {
        let (forgotten, undeclared) = (forgotten(service), undeclared(context, service)?);
        if !forgotten.is_empty() {
            let names = forgotten.join(", ");
            Some(format!("entities that it does not list: {names}"))
        } else if !undeclared.is_empty() {
            let files = undeclared.join(", ");
            Some(format!("files of entities that no `mod …` names: {files}"))
        } else {
            None
        }
    };
    match problem {
        Some(problem) => Err(toolkit_postgres::Error::Entities {
            service: service.name().to_owned(),
            problem,
        }
        .into()),
        None => Ok(()),
    }
}

/// The compiler does not see the file of an entity that no module names.
fn undeclared(context: &Context, service: &Service) -> Result<Vec<String>, Error> {
    let files = undeclared_entities(service, &context.configuration)?;
    Ok(files.iter().map(|file| shown(context, file)).collect())
}

/// What the migrations of each service give, one after the other, in one database; what fails for one
/// says nothing of the others.
async fn histories(
    services: &[Service],
    scratch: &Scratch,
) -> Result<Vec<Result<Catalog, Error>>, Error> {
    let mut histories = Vec::new();
    for service in services {
        let history = match replay(scratch, service, &Extent::All).await {
            Ok(()) => verify::read(scratch.connection().db(), service).await,
            Err(error) if is_migrations_fault(&error) => {
                histories.push(Err(error));
                continue;
            }
            Err(error) => return Err(error),
        };
        histories.push(history.map_err(Error::from));
    }
    Ok(histories)
}

async fn on_scratch(
    context: &Context,
    request: &Request,
    scratch: &Scratch,
    histories: Vec<Result<Catalog, Error>>,
) -> Vec<Result<Value, Error>> {
    let mut generated = Vec::new();
    for (service, history) in request.services.iter().zip(histories) {
        generated.push(match history {
            Ok(history) => one(context, service, request, scratch, history).await,
            Err(error) => Err(error),
        });
    }
    generated
}

async fn one(
    context: &Context,
    service: &Service,
    request: &Request,
    scratch: &Scratch,
    history: Catalog,
) -> Result<Value, Error> {
    let connection = scratch.connection();
    if request.current == Current::Database {
        refuse_drift(context, service, &history).await?;
    }
    let mut wishes = Wishes {
        before: said::before(context, service)?,
        ..request.wishes.clone()
    };
    let desired = desired::read_without(connection.db(), service, &wishes.drop).await?;
    let compared =
        |wishes: &Wishes| compare(service, history.clone(), desired.catalog.clone(), wishes);
    let mut comparison = compared(&wishes)?;
    let mut online = request.online.unwrap_or_else(|| service.is_online());
    let mut answers = Answers::default();
    while let Some(answer) = answers.next(context, service, &comparison, online).await? {
        match answer {
            Answer::Rename(rename) => wishes.renames.push(rename),
            Answer::Fill(fill) => wishes.fills.push(fill),
        }
        comparison = compared(&wishes)?;
    }
    answers.settle(&mut comparison);
    online |= answers.online;
    refuse_fill_online(&wishes, online)?;
    comparison.list_followed(&desired.followed);
    if comparison.is_empty() {
        show::nothing_to_do(context, service, &comparison);
        let files = if request.dry_run {
            Vec::new()
        } else {
            said::write(context, service, &comparison.said)?
        };
        return Ok(show::nothing_differs(service, &comparison, &files));
    }
    let message = request.message.clone();
    let message = message.unwrap_or_else(|| describe(&comparison));
    if online {
        let asked = (&history, &comparison, message.as_str());
        if let Some(document) = online::generate(context, service, request, scratch, asked).await? {
            return Ok(document);
        }
    }
    let Comparison {
        current,
        target,
        up,
        down,
        ..
    } = &comparison;
    let mut watch = Watch::new(&history, target, service.schema());
    verify::set_search_path(connection.db(), service).await?;
    watch.look(connection.db(), "before").await?;
    verify::prove(connection.db(), service, up, down, current, target)
        .await
        .map_err(|error| comparison.with_what_is_in_the_way(error, service))?;
    watch.look(connection.db(), "the migration").await?;
    let observation = watch.finish(connection.db()).await?;
    scratch.refuse_beyond(|| format!("what {} declares", service.name()))?;
    let source = rust::migration(up, down, &options(service, &message));
    if request.services.len() > 1 {
        context.printer.data(&format!("{}:", service.name()));
    }
    let shown = (&comparison, &observation);
    show::comparison(context, service, shown, scratch, &source);
    if request.dry_run {
        return Ok(show::document(service, &comparison, &observation));
    }
    write(context, service, &message, &source, Some(&comparison))
}

/// With `--from database`, the live schema must be what the migrations give.
async fn refuse_drift(
    context: &Context,
    service: &Service,
    history: &Catalog,
) -> Result<(), Error> {
    let live = super::live::read(context, service, "toolkit generate").await?;
    let problem = match live {
        None => Some("there is no database to compare with".to_owned()),
        Some(live) if !live.standing.pending().is_empty() => {
            Some("the database is not up to date; run `up` first".to_owned())
        }
        Some(mut live) => {
            live.forget_strangers(service, history);
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

/// In phases a column is filled between them, not by the statement that makes it.
fn refuse_fill_online(wishes: &Wishes, online: bool) -> Result<(), Error> {
    match wishes.fills.first().filter(|_| online) {
        None => Ok(()),
        Some(text) => Err(toolkit_postgres::Error::FillOption {
            text: text.clone(),
            problem: "in phases, a column is filled by hand between them (--no-online writes one migration)"
                .to_owned(),
        }
        .into()),
    }
}

fn write(
    context: &Context,
    service: &Service,
    message: &str,
    source: &str,
    comparison: Option<&Comparison>,
) -> Result<Value, Error> {
    let folder = crate_folder(service, &context.configuration)?;
    let last = service
        .migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .max();
    let name = migration_name(ChronoUtc::now(), last.as_deref(), message);
    let changes = new_migration(service, &folder, &name, source)?;
    let told = comparison.map(|it| &it.said);
    let files = make(context, service, &folder, changes, told)?;
    context.printer.note(&format!(
        "next: read it, then `cargo toolkit up --service {}`",
        service.name()
    ));
    Ok(show::written(service, &name, comparison, &files))
}

/// Makes `changes` with what the entities say, where that was compared, and says what was written.
fn make(
    context: &Context,
    service: &Service,
    folder: &Path,
    mut changes: FileChanges,
    told: Option<&Said>,
) -> Result<Vec<PathBuf>, Error> {
    if let Some(told) = told {
        said::change(&mut changes, service, folder, told)?;
    }
    changes.make().map_err(crate::project::Error::from)?;
    let files = changes.into_written();
    files.iter().for_each(|file| wrote(context, file));
    Ok(files)
}

fn options(service: &Service, message: &str) -> rust::Options {
    rust::Options {
        schema: service.schema().to_owned(),
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
