//! `status`: which migrations are applied and which are not. Writes nothing.

use sea_orm::prelude::DateTimeUtc;
use serde::Serialize;

use super::{
    Context, Outcome,
    context::{Connections, is_there},
    fleet::{FleetStatus, Stand, stand},
};
use crate::{
    Error, Format, MigrationStanding, Service, Standing, State, Target, Verbosity, output::Failure,
};

#[derive(Serialize)]
struct Document<'a> {
    command: &'static str,
    ok: bool,
    services: Vec<Listed<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Listed<'a> {
    Service(Box<ServiceStatus<'a>>),
    Fleet(FleetStatus<'a>),
}

#[derive(Serialize)]
struct ServiceStatus<'a> {
    service: &'a str,
    schema: &'a str,
    database: String,
    origin: String,
    schema_exists: bool,
    pending: usize,
    after_rollout: usize,
    migrations: Vec<MigrationStanding>,
    error: Option<Failure>,
}

/// Shows where `services` stand: what is not applied by name, all of it with `--verbose`. With `exit_code`, answers no when something is pending or does
/// not fit; what is for after the rollout is no reason, for the code that asks works without it.
///
/// # Errors
/// [`Error::Config`] when a URL cannot be used. A database that cannot be read is shown with its
/// service and makes the answer a failure.
pub async fn status(
    context: &Context,
    services: &[Service],
    exit_code: bool,
) -> Result<Outcome, Error> {
    context.only_reads();
    let (fleets, services): (Vec<Service>, Vec<Service>) = services
        .iter()
        .cloned()
        .partition(|service| service.fleet().is_some());
    let services = services.as_slice();
    let mut stands = Vec::new();
    for service in &fleets {
        stands.push(stand(context, service).await?);
    }
    let targets = context.targets(services)?;
    let needed = targets
        .iter()
        .map(|(_, target)| target)
        .filter(|target| is_there(target));
    let connections = context.connections(needed).await?;
    let reads = targets
        .iter()
        .map(|(service, target)| read(&connections, service, target));
    let standings = futures_util::future::join_all(reads).await;
    let closed = connections.close().await;

    let printer = &context.printer;
    let clean = standings.iter().flatten().all(is_clean) && stands.iter().all(Stand::is_clean);
    let failed = standings.iter().any(Result::is_err) || !stands.iter().all(Stand::is_known);
    match printer.format() {
        Format::Json => printer.json(&document(&targets, &standings, &stands)),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            show(context, services, &standings);
            stands.iter().for_each(|stand| stand.show(context));
        }
    }
    let absent = targets.iter().find(|(_, target)| !is_there(target));
    if let Some((_, Target::Embedded(folder))) = absent {
        printer.note(&format!(
            "no database URL is set, and there is no embedded database in {} yet; `up` makes it",
            folder.display()
        ));
    }
    let failures = targets.iter().zip(&standings);
    crate::Printer::errors(failures.filter_map(|((service, _), standing)| {
        standing.as_ref().err().map(|error| (service.name(), error))
    }));
    stands.iter().for_each(Stand::show_errors);
    closed?;
    Ok(match (failed, clean) {
        (true, _) => Outcome::Failed,
        (false, false) if exit_code => Outcome::No,
        (false, _) => Outcome::Done,
    })
}

async fn read(
    connections: &Connections,
    service: &Service,
    target: &Target,
) -> Result<Standing, Error> {
    if !is_there(target) {
        return Standing::nothing_applied(service);
    }
    let application = format!("toolkit {} status", service.name());
    connections
        .using(target, &application, async |connection| {
            let standing = Standing::read(connection, service).await?;
            Ok(standing.rolled_out_if(connection.is_alone()))
        })
        .await
}

fn is_clean(standing: &Standing) -> bool {
    standing
        .migrations
        .iter()
        .all(|migration| matches!(migration.state, State::Applied | State::AfterRollout))
}

fn document<'a>(
    targets: &[(&'a Service, Target)],
    standings: &[Result<Standing, Error>],
    stands: &'a [Stand<'a>],
) -> Document<'a> {
    let single = targets
        .iter()
        .zip(standings)
        .map(|((service, target), standing)| ServiceStatus {
            service: service.name(),
            schema: service.schema(),
            database: match target {
                Target::Server(url, _) => url.to_string(),
                Target::Embedded(_) => "embedded".to_owned(),
            },
            origin: target.origin().to_string(),
            schema_exists: standing
                .as_ref()
                .is_ok_and(|standing| standing.schema_exists),
            pending: standing.as_ref().map_or(0, |standing| standing.due().len()),
            after_rollout: standing
                .as_ref()
                .map_or(0, |standing| standing.names(State::AfterRollout).len()),
            migrations: standing
                .as_ref()
                .map(|standing| standing.migrations.clone())
                .unwrap_or_default(),
            error: standing.as_ref().err().map(Failure::from),
        })
        .map(|status| Listed::Service(Box::new(status)));
    let fleets = stands.iter().map(|stand| Listed::Fleet(stand.json()));
    Document {
        command: "status",
        ok: standings.iter().all(Result::is_ok) && stands.iter().all(Stand::is_known),
        services: single.chain(fleets).collect(),
    }
}

fn show(context: &Context, services: &[Service], standings: &[Result<Standing, Error>]) {
    let known = || {
        services
            .iter()
            .zip(standings)
            .filter_map(|(s, standing)| Some((s, standing.as_ref().ok()?)))
    };
    let all = context.printer.verbosity() == Verbosity::Verbose;
    let rows: Vec<Vec<String>> = known()
        .flat_map(|(service, standing)| {
            standing
                .migrations
                .iter()
                .filter(move |migration| all || migration.state != State::Applied)
                .map(|migration| row(service, standing, migration))
        })
        .collect();
    if !rows.is_empty() {
        context
            .printer
            .table(&["SERVICE", "MIGRATION", "STATUS", "APPLIED AT"], &rows);
        context.printer.data("");
    }
    for (service, standing) in known() {
        context.printer.data(&summary(service, standing));
    }
    for (service, standing) in known() {
        if let Some(problem) = problem(service, standing) {
            context.printer.note(&problem);
        }
    }
}

/// What `up` would refuse to go on from, and who says what to do about it.
fn problem(service: &Service, standing: &Standing) -> Option<String> {
    let edited = standing.names(State::Edited);
    let missing = standing.names(State::Missing);
    let what = match (edited.as_slice(), missing.as_slice()) {
        ([], []) => return None,
        ([], names) => format!("applied, but missing from the code: {}", names.join(", ")),
        (names, _) => format!("edited after being applied: {}", names.join(", ")),
    };
    Some(format!(
        "{}: {what}; `up` is refused, and says what to do",
        service.name()
    ))
}

fn row(service: &Service, standing: &Standing, migration: &MigrationStanding) -> Vec<String> {
    let state = match migration.state {
        State::Unfinished if standing.holder.is_some() => "running",
        State::Unfinished => "unfinished",
        State::Edited => "applied, edited since",
        State::Applied => "applied",
        State::Pending => "pending",
        State::AfterRollout => "after the rollout",
        State::OutOfOrder => "pending, out of order",
        State::Missing => "applied, missing from the code",
    };
    let applied_at = migration
        .applied_at
        .and_then(|seconds| DateTimeUtc::from_timestamp(seconds, 0))
        .map_or_else(String::new, |time| {
            time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
        });
    vec![
        service.name().to_owned(),
        migration.name.clone(),
        state.to_owned(),
        applied_at,
    ]
}

fn summary(service: &Service, standing: &Standing) -> String {
    let name = service.name();
    let count = |state| standing.names(state).len();
    let mut parts = vec![format!("{} applied", count(State::Applied))];
    for (number, text) in [
        (count(State::Pending), "pending"),
        (count(State::AfterRollout), "after the rollout"),
        (count(State::OutOfOrder), "out of order"),
        (count(State::Missing), "missing from the code"),
        (count(State::Edited), "edited since"),
        (
            count(State::Unfinished),
            if standing.holder.is_some() {
                "running"
            } else {
                "unfinished"
            },
        ),
    ] {
        if number > 0 {
            parts.push(format!("{number} {text}"));
        }
    }
    if !standing.schema_exists {
        parts.push(format!("schema {} does not exist yet", service.schema()));
    }
    format!("{name}: {}", parts.join(", "))
}
