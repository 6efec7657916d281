//! `stamp`: records migrations as applied without running them, where the live schema is what they
//! would have made.

use serde_json::json;
use toolkit_runtime::{
    Context, Direction, Error, Extent, Format, Outcome, Report, Runner, Service, Silent, Standing,
    State,
    command::{Place, located},
};

use super::live::{self, Database};
use crate::{
    catalog::{Catalog, Unmanaged},
    history::replay,
    scratch::{Location, Scratch},
    verify::{differences, read},
};

/// The words of `stamp`.
pub(crate) struct Request {
    pub(crate) service: Service,
    /// The last migration to record; all if there is none.
    pub(crate) to: Option<Place>,
    /// Whether to record without comparing.
    pub(crate) force: bool,
}

/// Records what is not recorded yet, or says how the schema differs from what it should be.
pub(crate) async fn stamp(context: &Context, request: &Request) -> Result<Outcome, Error> {
    let service = &request.service;
    live::refuse_unfinished(context, service, "toolkit stamp").await?;
    let goal = goal(context, request).await?;
    let mut place = None;
    if !request.force {
        let (differences, compared) = compare(context, service, &goal).await?;
        if !differences.is_empty() {
            refuse(context, service, &goal, (&differences, &compared));
            return Ok(Outcome::No);
        }
        place = Some(compared);
    }
    let report = record(context, service, &goal).await?;
    show(context, service, &report, place.as_ref());
    Ok(Outcome::Done)
}

/// The names up to and including the one that was asked for.
async fn goal(context: &Context, request: &Request) -> Result<Vec<String>, Error> {
    let service = &request.service;
    let mut names: Vec<String> = service
        .migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    if let Some(to) = &request.to {
        let standing = match to {
            // What a name says does not depend on what is applied.
            Place::Named(_) | Place::Head | Place::Base => None,
            Place::Forwards(_) | Place::Backwards(_) => {
                live::standing(context, service, "toolkit stamp").await?
            }
        };
        let standing = match standing {
            Some(standing) => standing,
            None => Standing::nothing_applied(service)?,
        };
        let last = located(service, &standing, to)?;
        let end = last.and_then(|last| names.iter().position(|name| *name == last));
        names.truncate(end.map_or(0, |end| end + 1));
    }
    Ok(names)
}

/// What the live schema lacks of what the migrations give, those applied and those in `goal`, and where
/// these were replayed.
async fn compare(
    context: &Context,
    service: &Service,
    goal: &[String],
) -> Result<(Vec<String>, Location), Error> {
    let Some(mut live) = live::read(context, service, "toolkit stamp").await? else {
        return Err(crate::Error::Live {
            service: service.name().to_owned(),
            problem: "there is no database to compare with; `up` makes one".to_owned(),
        }
        .into());
    };
    // Gaps below what is applied are what a stamp fills.
    live.standing
        .refuse_misfit(service, &context.settings, Direction::Down)?;
    let given = Scratch::with(context, std::slice::from_ref(service), async |scratch| {
        let given = replayed(scratch, service, &live.standing, goal).await?;
        Ok((given, scratch.location()))
    });
    let (given, place) = given.await?;
    live.forget_strangers(service, &given);
    if given.major_version() != live.catalog.major_version() {
        context.printer.warn(&format!(
            "the database is PostgreSQL {}, the scratch database {}: expressions may read differently",
            live.catalog.major_version(),
            given.major_version()
        ));
    }
    let mut differences = differences(&live.catalog, &given, service)?;
    differences.extend(lacking(&live.catalog, &given));
    Ok((differences, place))
}

async fn replayed(
    scratch: &Scratch,
    service: &Service,
    standing: &Standing,
    goal: &[String],
) -> Result<Catalog, Error> {
    let is_given = |name: &String| {
        goal.contains(name) || standing.names(State::Applied).contains(&name.as_str())
    };
    let names: Vec<String> = service
        .migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .filter(is_given)
        .collect();
    replay(
        scratch,
        &service.clone().reordered(names.clone()),
        &Extent::All,
    )
    .await?;
    Ok(read(scratch.connection().db(), service).await?)
}

/// Objects of kinds that are not compared, by name: what the migrations make must be there.
fn lacking(live: &Catalog, given: &Catalog) -> Vec<String> {
    let is_there = |wanted: &Unmanaged| {
        let mut objects = live.unmanaged.iter();
        objects.any(|object| object.kind == wanted.kind && object.name == wanted.name)
    };
    given
        .unmanaged
        .iter()
        .filter(|object| !is_there(object))
        .map(|object| format!("the {object} is not there"))
        .collect()
}

/// Records `names` in the live database of `service`, those that are not recorded yet.
pub(super) async fn record(
    context: &Context,
    service: &Service,
    names: &[String],
) -> Result<Report, Error> {
    let target = context.configuration.target(service)?;
    let application = format!("toolkit {} stamp", service.name());
    let database = Database::open(context, &target, &application).await?;
    let runner = Runner::new(service, database.connection(), &context.settings, &Silent);
    let mut report = Report::default();
    let outcome = runner.stamp(names, &mut report).await;
    let closed = database.close().await;
    outcome?;
    // What is recorded stays so, however the connection ends.
    if let Err(error) = closed {
        context.printer.warn(&error.to_string());
    }
    Ok(report)
}

fn refuse(
    context: &Context,
    service: &Service,
    goal: &[String],
    (differences, place): (&[String], &Location),
) {
    let printer = &context.printer;
    let name = service.name();
    if printer.format() == Format::Json {
        printer.json(&json!({
            "command": "stamp", "service": name, "ok": false, "scratch": place,
            "differences": differences, "migrations": [],
        }));
        return;
    }
    let last = goal.last().map_or("no migration", String::as_str);
    printer.data(&format!(
        "{name}: the schema is not what the migrations up to {last} give; to make it so:"
    ));
    for difference in differences {
        printer.data(&format!("  {}", difference.replace('\n', "\n  ")));
    }
    printer.note("nothing was recorded; --force records without comparing");
}

fn show(context: &Context, service: &Service, report: &Report, place: Option<&Location>) {
    let printer = &context.printer;
    let name = service.name();
    let recorded: Vec<&str> = report
        .migrations
        .iter()
        .map(|done| done.name.as_str())
        .collect();
    if printer.format() == Format::Json {
        printer.json(&json!({
            "command": "stamp", "service": name, "ok": true, "scratch": place,
            "differences": [], "migrations": recorded,
        }));
        return;
    }
    if recorded.is_empty() {
        printer.data(&format!("{name}: nothing to do; all is recorded already"));
    }
    for migration in recorded {
        printer.data(&format!("{name}: recorded {migration}"));
    }
}
