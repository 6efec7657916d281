//! `check`: entities against history, history against the live database, pending migrations.

mod fleet;

use std::{collections::BTreeSet, sync::Arc};

use serde::{Serialize, Serializer};
use toolkit_runtime::{Context, Error, Extent, Failure, Format, Outcome, Service, Standing, State};
use toolkit_text::harmless_line;

use fleet::FleetCheck;

use super::{
    generate::refuse_forgotten,
    live,
    lock::{self, Problem},
    said,
    sources::{self, Told},
    summary,
};
use crate::{
    compare::compare,
    desired,
    history::{is_migrations_fault, replay},
    render::sql::{Names, statements},
    scratch::{Location, Scratch},
    verify::{differences, read},
};

/// The words of `check`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Request {
    /// Whether entities are checked against migrations alone.
    pub(crate) no_database: bool,
    /// Whether what is pending is no fault.
    pub(crate) allow_pending: bool,
}

#[derive(Serialize)]
struct Checked {
    service: &'static str,
    /// What migrations do not give, but entities say.
    entities: Vec<String>,
    /// What the live database lacks; nothing when there is none.
    drift: Option<Vec<String>>,
    /// Why the live database was not compared, or with which care.
    note: Option<String>,
    pending: Option<usize>,
    /// What waits for the end of the rollout, which is no fault.
    after_rollout: Vec<String>,
    /// What `up` would refuse; the live database is then not compared.
    misfits: Vec<String>,
    /// What the lock file and the sources say against each other; nothing without a lock file.
    lock: Option<Vec<Problem>>,
    /// What the entities leave open and is kept.
    left_open: Vec<String>,
    /// What `entities.lock` and the entities say against each other.
    said: Option<Problem>,
    /// What the sources say that the program does not know, or nobody hears.
    sources: Vec<Problem>,
    /// What may be as it should: what is still to be done, or is newer than the program.
    notices: Vec<Problem>,
    /// Why the service could not be checked.
    #[serde(serialize_with = "as_failure")]
    error: Option<Error>,
    #[serde(skip)]
    kept: Vec<String>,
    #[serde(skip)]
    allow_pending: bool,
    /// What is said of the tenants, where the service has some.
    #[serde(
        rename = "tenants",
        serialize_with = "as_tenants",
        skip_serializing_if = "Option::is_none"
    )]
    fleet: Option<FleetCheck>,
}

#[allow(clippy::ref_option, reason = "serde asks for it")]
fn as_tenants<S: Serializer>(fleet: &Option<FleetCheck>, serializer: S) -> Result<S::Ok, S::Error> {
    fleet.as_ref().map(FleetCheck::json).serialize(serializer)
}

#[allow(clippy::ref_option, reason = "serde asks for it")]
fn as_failure<S: Serializer>(error: &Option<Error>, serializer: S) -> Result<S::Ok, S::Error> {
    error.as_ref().map(Failure::from).serialize(serializer)
}

impl Checked {
    fn new(service: &Service, request: Request) -> Self {
        Self {
            service: service.name(),
            entities: Vec::new(),
            drift: None,
            note: None,
            pending: None,
            after_rollout: Vec::new(),
            misfits: Vec::new(),
            lock: None,
            left_open: Vec::new(),
            said: None,
            sources: Vec::new(),
            notices: Vec::new(),
            error: None,
            kept: Vec::new(),
            allow_pending: request.allow_pending,
            fleet: None,
        }
    }

    fn outcome(&self) -> Outcome {
        let own = match self.error {
            Some(_) => Outcome::Failed,
            None if self.is_clean() => Outcome::Done,
            None => Outcome::No,
        };
        let fleet = self
            .fleet
            .as_ref()
            .map_or(Outcome::Done, FleetCheck::outcome);
        own.max(fleet)
    }

    fn has_drifted(&self) -> bool {
        self.drift.as_ref().is_some_and(|drift| !drift.is_empty())
    }

    fn is_clean(&self) -> bool {
        let drift = self.has_drifted();
        let lock = self.lock.as_ref().is_none_or(Vec::is_empty);
        let fits = self.misfits.is_empty();
        let entities = self.entities.is_empty() && self.said.is_none();
        let pending = !self.allow_pending && self.pending.unwrap_or_default() > 0;
        let sources = lock && self.sources.is_empty();
        entities && !drift && !pending && fits && sources
    }
}

/// Checks `services`: the line to put into CI.
pub(crate) async fn check(
    context: &Context,
    services: &[Service],
    request: Request,
) -> Result<Outcome, Error> {
    if services.is_empty() {
        return Ok(Outcome::Done);
    }
    (services.iter()).try_for_each(|service| refuse_forgotten(context, service))?;
    let mut context = context.clone();
    let lives = if request.no_database {
        // Nor is a scratch database made beside it.
        context.configuration = context.configuration.without_database();
        vec![None; services.len()]
    } else {
        // The live databases first: the embedded one takes one process at a time, and one is enough.
        live::read_all(&context, services, "toolkit check").await?
    };
    let context = &context;
    let mut fleets: Vec<Option<Arc<_>>> = Vec::new();
    for service in services {
        fleets.push(match service.fleet() {
            Some(_) if !request.no_database => Some(Arc::new(fleet::read(context, service).await?)),
            Some(_) | None => None,
        });
    }
    let checked = Scratch::with(context, services, async |scratch| {
        let mut all = Vec::new();
        let seen = lives.iter().zip(&fleets);
        for (service, (live, fleet)) in services.iter().zip(seen) {
            let mut checked = Checked::new(service, request);
            if let Some(visited) = fleet {
                checked.fleet = Some(fleet::compare(scratch, service, visited, request).await?);
            }
            match check_one(context, scratch, service, live.clone(), &mut checked).await {
                Ok(()) => {}
                // The other services do not depend on it.
                Err(error) if is_migrations_fault(&error) => checked.error = Some(error),
                Err(error) => return Err(error),
            }
            all.push(checked);
        }
        Ok((all, scratch.location()))
    });
    let (all, place) = checked.await?;
    Ok(show(context, &all, &place))
}

/// What `up` would refuse, one line each.
fn misfits(service: &Service, standing: &Standing) -> Vec<String> {
    let name = service.name();
    [
        (State::Missing, "applied, but missing from the code"),
        (State::Edited, "edited after being applied"),
        (
            State::Unfinished,
            "begun outside a transaction, not finished",
        ),
    ]
    .into_iter()
    .filter(|(state, _)| !standing.names(*state).is_empty())
    .map(|(state, what)| {
        let names = standing.names(state).join(", ");
        format!("{what}: {names}; `toolkit up --service {name}` says what to do")
    })
    .collect()
}

async fn check_one(
    context: &Context,
    scratch: &Scratch,
    service: &Service,
    live: Option<live::Live>,
    checked: &mut Checked,
) -> Result<(), Error> {
    let connection = scratch.connection();
    checked.lock = lock::problems(context, service)?;
    let known = live.iter().flat_map(|live| &live.standing.migrations);
    let applied = known.filter(|it| it.applied_at.is_some());
    let applied: BTreeSet<&str> = applied.map(|it| it.name.as_str()).collect();
    let Told { wrong, notices } = sources::look(context, service, |name| applied.contains(name))?;
    (checked.sources, checked.notices) = (wrong, notices);
    if let Some(live) = live {
        check_live(scratch, service, live, checked).await?;
    }
    replay(scratch, service, &Extent::All).await?;
    let history = read(connection.db(), service).await?;
    let desired = desired::read(connection.db(), service).await?;
    let wishes = said::wishes(context, service)?;
    let comparison = compare(service, history, desired, &wishes)?;
    checked.entities = statements(&comparison.up, &Names::within(service.schema()));
    checked.said = said::problem(context, service, &comparison)?;
    checked.left_open = summary::left_open(&comparison);
    checked.kept = summary::kept(&comparison);
    Ok(())
}

/// Compares what is live of `service` with what the migrations give that it has applied.
async fn check_live(
    scratch: &Scratch,
    service: &Service,
    mut live: live::Live,
    checked: &mut Checked,
) -> Result<(), Error> {
    let connection = scratch.connection();
    checked.pending = Some(live.standing.due().len());
    let waiting = live.standing.names(State::AfterRollout).into_iter();
    checked.after_rollout = waiting.map(str::to_owned).collect();
    checked.misfits = misfits(service, &live.standing);
    let applied: Vec<String> = live
        .standing
        .migrations
        .iter()
        .filter(|migration| migration.applied_at.is_some())
        .map(|migration| migration.name.clone())
        .collect();
    replay(scratch, &service.clone().reordered(applied), &Extent::All).await?;
    let given = read(connection.db(), service).await?;
    live.forget_strangers(service, &given);
    // What the code does not know, or what was left halfway, would look like drift.
    if live.standing.schema_exists && checked.misfits.is_empty() {
        checked.drift = Some(differences(&live.catalog, &given, service)?);
    }
    if given.major_version() != live.catalog.major_version() {
        checked.note = Some(format!(
            "the database is PostgreSQL {}, the scratch database {}: expressions may read differently",
            live.catalog.major_version(),
            given.major_version()
        ));
    }
    Ok(())
}

fn show(context: &Context, checked: &[Checked], place: &Location) -> Outcome {
    let printer = &context.printer;
    let outcome = checked.iter().map(Checked::outcome).max();
    let outcome = outcome.unwrap_or(Outcome::Done);
    if printer.format() == Format::Json {
        let ok = outcome == Outcome::Done;
        printer.json(&serde_json::json!({
            "command": "check", "ok": ok, "scratch": place, "services": checked,
        }));
    } else {
        let rows: Vec<Vec<String>> = checked.iter().map(row).collect();
        printer.table(&["SERVICE", "ENTITIES", "DATABASE", "PENDING"], &rows);
        checked.iter().for_each(|one| explain(context, one));
        printer.note(&format!("compared in {place}"));
    }
    let errors = checked.iter().filter_map(|one| one.error.as_ref());
    errors.for_each(|error| printer.error(error));
    let fleets = checked.iter().filter_map(|one| one.fleet.as_ref());
    fleets.for_each(|fleet| fleet.show_errors(context));
    outcome
}

fn row(checked: &Checked) -> Vec<String> {
    let count = |differences: &Vec<String>| match differences.len() {
        0 => "ok".to_owned(),
        1 => "1 DIFFERENCE".to_owned(),
        number => format!("{number} DIFFERENCES"),
    };
    let unknown = |known: String| {
        if checked.error.is_some() {
            "NOT CHECKED".to_owned()
        } else {
            known
        }
    };
    let drift = checked.drift.as_ref();
    let (database, pending) = match &checked.fleet {
        Some(fleet) => (fleet.cell(), fleet.pending()),
        None => (
            unknown(drift.map_or_else(|| "none".to_owned(), count)),
            checked
                .pending
                .map_or_else(String::new, |pending| pending.to_string()),
        ),
    };
    vec![
        checked.service.to_owned(),
        unknown(count(&checked.entities)),
        database,
        pending,
    ]
}

fn explain(context: &Context, checked: &Checked) {
    let printer = &context.printer;
    let Checked {
        service,
        entities,
        drift,
        note,
        pending,
        after_rollout,
        misfits,
        lock,
        left_open,
        said,
        sources,
        notices,
        error: _,
        kept,
        allow_pending,
        fleet,
    } = checked;
    fleet.iter().for_each(|fleet| fleet.explain(context));
    let list = |title: String, lines: &[String]| {
        if !lines.is_empty() {
            printer.data(&format!("\n{title}"));
            lines
                .iter()
                .for_each(|line| printer.data(&format!("  {line}")));
        }
    };
    list(
        format!(
            "{service}: the entities say more than the migrations (`toolkit generate --service {service}`):"
        ),
        entities,
    );
    list(
        format!("{service}: the database has drifted from its migrations; to bring it back:"),
        drift.as_deref().unwrap_or_default(),
    );
    list(
        format!("{service}: the database does not fit the code, so it was not compared:"),
        misfits,
    );
    if pending.is_some_and(|pending| pending > 0) {
        let allowed = if *allow_pending {
            ", which is allowed"
        } else {
            ""
        };
        printer.data(&format!(
            "\n{service}: run `toolkit up --service {service}` to apply what is pending{allowed}"
        ));
    }
    if !after_rollout.is_empty() {
        let names = after_rollout.join(", ");
        printer.data(&format!(
            "\n{service}: waits for the end of the rollout: {names}"
        ));
    }
    let problems = lock.iter().flatten().flat_map(Problem::lines);
    list(
        format!("{service}: its migrations are not what migrations.lock says:"),
        &problems.collect::<Vec<_>>(),
    );
    list(
        format!("{service}: what its entities said is not recorded:"),
        &said.iter().flat_map(Problem::lines).collect::<Vec<_>>(),
    );
    list(
        format!("{service}: its sources say what is not seen:"),
        &sources.iter().flat_map(Problem::lines).collect::<Vec<_>>(),
    );
    for [problem, remedy] in notices.iter().map(Problem::lines) {
        printer.warn(&format!("{service}: {problem}; {}", remedy.trim_start()));
    }
    note.iter()
        .for_each(|note| printer.warn(&format!("{service}: {note}")));
    if !kept.is_empty() {
        printer.detail(&format!("{service}: {}", kept.join("\n")));
    }
    if !left_open.is_empty() {
        let lines = left_open.iter().map(|line| harmless_line(line));
        let lines: Vec<String> = lines.collect();
        printer.note(&format!(
            "{service}: its entities leave {} open, which is kept (-v lists it)",
            lines.len()
        ));
        printer.detail(&format!("  {}", lines.join("\n  ")));
    }
}
