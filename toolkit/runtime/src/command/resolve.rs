//! `resolve`: a person says what became of a migration that did not finish.

use serde::Serialize;

use super::{
    Context, Outcome, ResolutionArgs,
    word::{Pick, Place, ambiguous, beginnings, located, pick},
};
use crate::{Connection, Error, Format, Resolution, Runner, Service, Silent, Standing, State};

#[derive(Serialize)]
struct Document<'a> {
    command: &'static str,
    ok: bool,
    service: &'a str,
    migration: &'a str,
    indexes_dropped: &'a [String],
}

/// Records what became of the migration of `service` that `word` names and that did not finish.
///
/// # Errors
/// [`Error::NotUnfinished`] when it is not unfinished; as [`super::migration_named`]; [`Error::Connect`] and [`Error::Database`]
/// when the database cannot be used.
pub async fn resolve(
    context: &Context,
    service: &Service,
    word: &str,
    resolution: ResolutionArgs,
) -> Result<Outcome, Error> {
    let targets = context.targets(std::slice::from_ref(service))?;
    let connections = context
        .connections(targets.iter().map(|(_, target)| target))
        .await?;
    let (mut migration, mut dropped) = (String::new(), Vec::new());
    let resolution = resolution.resolution();
    for (service, target) in &targets {
        let application = format!("toolkit {} resolve", service.name());
        (migration, dropped) = connections
            .using(target, &application, async |connection| {
                let migration = meant(connection, service, word).await?;
                let runner = Runner::new(service, connection, &context.settings, &Silent);
                let dropped = runner.resolve(&migration, resolution).await?;
                Ok((migration, dropped))
            })
            .await?;
    }
    connections.close().await?;
    match context.printer.format() {
        Format::Json => context.printer.json(&Document {
            command: "resolve",
            ok: true,
            service: service.name(),
            migration: &migration,
            indexes_dropped: &dropped,
        }),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            for index in &dropped {
                context
                    .printer
                    .data(&format!("dropped the invalid index {index}"));
            }
            let now = match resolution {
                Resolution::Applied => "is recorded as applied",
                Resolution::RolledBack => "is recorded as not applied",
                Resolution::Retry => "can be run again",
            };
            context.printer.data(&format!(
                "{}: {migration} {now}; go on with `up` or `down`",
                service.name(),
            ));
        }
    }
    Ok(Outcome::Done)
}

/// The migration that `word` names: of those that did not finish, which the list may not have any more, else
/// of the list.
async fn meant(connection: &Connection, service: &Service, word: &str) -> Result<String, Error> {
    let standing = Standing::read(connection, service).await?;
    let place = Place::from(word);
    let unfinished = standing.names(State::Unfinished);
    if let Place::Named(word) = &place {
        match pick(&unfinished, word, beginnings) {
            Pick::One(name) => return Ok(name.to_owned()),
            Pick::Several(candidates) => return Err(ambiguous(service, word, &candidates)),
            Pick::Nothing => {}
        }
    }
    let located = located(service, &standing, &place)?;
    located.ok_or_else(|| Error::NotUnfinished {
        service: service.name().to_owned(),
        migration: word.to_owned(),
        unfinished: unfinished.into_iter().map(str::to_owned).collect(),
    })
}
