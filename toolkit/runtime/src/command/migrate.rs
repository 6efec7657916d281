//! `up`, `down`, `fresh`, `refresh`, `reset` and `bootstrap`, for one service or many.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{Context, Outcome, task::Task};
use crate::{
    Cut, Direction, Error, Extent, Format, Report, Service, Target,
    output::{Failure, Progress},
};

/// What is to be done for each service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Work {
    /// Create the schema.
    Bootstrap,
    /// Apply pending migrations.
    Up(Extent),
    /// Roll applied migrations back.
    Down(Extent),
    /// Empty the schema, then apply all migrations.
    Fresh,
    /// Roll all migrations back, then apply them again.
    Refresh,
    /// Roll all migrations back and drop the migrations table.
    Reset,
}

/// In which order the services are worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Side by side where the database allows it; one's failure does not hold the others.
    SideBySide,
    /// One after the other, until one fails.
    UntilFailure,
}

/// What became of one service.
struct Run<'a> {
    service: &'a Service,
    report: Report,
    /// Nothing when it was not started.
    outcome: Option<Result<(), Error>>,
}

/// Does `work` for `services` and shows what each did; `command` is its name in JSON.
///
/// # Errors
/// [`Error::Config`], [`Error::Embedded`] when nothing could be started. What fails for one
/// service is shown with it and is in the [`Outcome`].
pub async fn migrate(
    context: &Context,
    command: &str,
    services: &[Service],
    work: &Work,
    order: Order,
) -> Result<Outcome, Error> {
    let started = Instant::now();
    let targets = context.targets(services)?;
    tell_databases(context, command, &targets);
    let connections = context
        .connections(targets.iter().map(|(_, target)| target))
        .await?;
    // A signal ends each service by itself, and what became of it is shown.
    context.end_by_signal();
    let task = Arc::new(Task {
        connections,
        work: work.clone(),
        settings: context.settings.clone(),
        progress: Progress::new(&context.printer),
    });
    let runs = match order {
        Order::SideBySide => side_by_side(&task, &targets).await,
        Order::UntilFailure => until_failure(&task, &targets).await,
    };
    // One that computes and hears nothing keeps what it works with until the process ends.
    let closed = match Arc::into_inner(task) {
        Some(Task {
            connections,
            progress,
            ..
        }) => {
            drop(progress);
            connections.close().await
        }
        None => Ok(()),
    };
    let idle = if *work == Work::Bootstrap {
        "already there"
    } else {
        "nothing to do"
    };
    let outcome = show(context, command, idle, &runs, started.elapsed());
    closed.map(|()| outcome)
}

/// Says which databases are about to be changed, and for whom.
fn tell_databases(context: &Context, command: &str, targets: &[(&Service, Target)]) {
    let mut databases: Vec<(String, Vec<&str>)> = Vec::new();
    for (service, target) in targets {
        let shown = target.shown();
        match databases.iter_mut().find(|(known, _)| *known == shown) {
            Some((_, services)) => services.push(service.name()),
            None => databases.push((shown, vec![service.name()])),
        }
    }
    for (database, services) in databases {
        let services = services.join(", ");
        context
            .printer
            .note(&format!("{command} of {services} in {database}"));
    }
}

/// Services on the embedded database share its one connection, so they take turns.
async fn side_by_side<'a>(task: &Arc<Task>, targets: &[(&'a Service, Target)]) -> Vec<Run<'a>> {
    let turn = tokio::sync::Mutex::new(());
    let runs = targets.iter().map(|(service, target)| async {
        let _turn = match target {
            Target::Embedded(_) => Some(turn.lock().await),
            Target::Server(..) => None,
        };
        run(task, service, target).await
    });
    futures_util::future::join_all(runs).await
}

async fn until_failure<'a>(task: &Arc<Task>, targets: &[(&'a Service, Target)]) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for (service, target) in targets {
        let stopped = runs.iter().any(|run| !matches!(run.outcome, Some(Ok(()))));
        runs.push(if stopped {
            Run {
                service,
                report: Report::default(),
                outcome: None,
            }
        } else {
            run(task, service, target).await
        });
    }
    runs
}

async fn run<'a>(task: &Arc<Task>, service: &'a Service, target: &Target) -> Run<'a> {
    let (report, outcome) = task.clone().run(service.clone(), target.clone()).await;
    Run {
        service,
        report,
        outcome: Some(outcome),
    }
}

fn show(
    context: &Context,
    command: &str,
    idle: &str,
    runs: &[Run<'_>],
    elapsed: Duration,
) -> Outcome {
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(&document(command, runs)),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            let rows: Vec<Vec<String>> = runs.iter().flat_map(|run| rows(run, idle)).collect();
            if !rows.is_empty() {
                printer.table(&["SERVICE", "OBJECT", "RESULT", "TIME"], &rows);
                printer.data("");
            }
            printer.data(&summary(runs, elapsed));
        }
    }
    for run in runs
        .iter()
        .filter(|run| matches!(run.outcome, Some(Ok(()))))
    {
        if let [first, ..] = run.report.after_rollout.as_slice() {
            let name = run.service.name();
            printer.note(&format!(
                "{name}: {first} waits until no old code runs any more: then run `up --after-rollout`, or \
                 leave it to the `up` of the next release"
            ));
        }
    }
    let errors = || {
        runs.iter().filter_map(|run| {
            let error = run.outcome.as_ref()?.as_ref().err()?;
            Some((run.service.name(), error))
        })
    };
    crate::Printer::errors(errors());
    errors()
        .map(|(_, error)| Outcome::of(error))
        .max()
        .unwrap_or(Outcome::Done)
}

fn rows(run: &Run<'_>, idle: &str) -> Vec<Vec<String>> {
    let row = |object: &str, result: &str, time: String| {
        vec![
            run.service.name().to_owned(),
            object.to_owned(),
            result.to_owned(),
            time,
        ]
    };
    let schema = format!("schema {}", run.service.schema());
    let mut rows = Vec::new();
    if let Some(count) = run.report.dropped {
        rows.push(row(
            &schema,
            &format!("emptied ({count} objects)"),
            String::new(),
        ));
    }
    if run.report.schema_created {
        rows.push(row(&schema, "created", String::new()));
    }
    for done in &run.report.migrations {
        let result = match done.direction {
            Direction::Up => "applied",
            Direction::Down => "rolled back",
        };
        rows.push(row(
            &done.name,
            result,
            format!("{} ms", done.duration.as_millis()),
        ));
    }
    if run.report.books_dropped {
        rows.push(row(&schema, "migrations table dropped", String::new()));
    }
    match &run.outcome {
        Some(Err(Error::Migration(failure))) => {
            rows.push(row(&failure.migration, "FAILED", String::new()));
        }
        Some(Err(Error::Interrupted { left, .. })) => {
            let object = match left {
                Cut::Migration { migration, .. } => migration,
                Cut::Nothing | Cut::Unknown | Cut::Between => "",
            };
            rows.push(row(object, "INTERRUPTED", String::new()));
        }
        Some(Err(error)) if error.is_refusal() => rows.push(row("", "REFUSED", String::new())),
        Some(Err(_)) => rows.push(row("", "FAILED", String::new())),
        Some(Ok(())) if rows.is_empty() && run.report.after_rollout.is_empty() => {
            rows.push(row(&schema, idle, String::new()));
        }
        Some(Ok(())) => {}
        None => rows.push(row("", "not started", String::new())),
    }
    for name in &run.report.after_rollout {
        rows.push(row(name, "after the rollout", String::new()));
    }
    rows
}

fn summary(runs: &[Run<'_>], elapsed: Duration) -> String {
    let count = |direction| {
        runs.iter()
            .map(|run| run.report.names(direction).len())
            .sum::<usize>()
    };
    let named = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    };
    let mut parts = Vec::new();
    let schemas = runs.iter().filter(|run| run.report.schema_created).count();
    let waiting = runs.iter().map(|run| run.report.after_rollout.len()).sum();
    let books = runs.iter().filter(|run| run.report.books_dropped).count();
    for (number, noun, verb) in [
        (schemas, "schema", "created"),
        (count(Direction::Down), "migration", "rolled back"),
        (count(Direction::Up), "migration", "applied"),
        (waiting, "migration", "left for after the rollout"),
        (books, "migrations table", "dropped"),
    ] {
        if number > 0 {
            parts.push(format!("{} {verb}", named(number, noun)));
        }
    }
    for verb in ["failed", "refused", "interrupted"] {
        let failed: Vec<&str> = runs
            .iter()
            .filter(|run| result(run) == verb)
            .map(|run| run.service.name())
            .collect();
        if !failed.is_empty() {
            parts.push(format!(
                "{} {verb}: {}",
                named(failed.len(), "service"),
                failed.join(", ")
            ));
        }
    }
    if parts.is_empty() {
        parts.push("nothing to do".to_owned());
    }
    let services = named(runs.len(), "service");
    format!(
        "{services} in {:.1} s: {}",
        elapsed.as_secs_f64(),
        parts.join(", ")
    )
}

#[derive(Serialize)]
struct Document<'a> {
    command: &'a str,
    ok: bool,
    services: Vec<ServiceRun<'a>>,
}

#[derive(Serialize)]
struct ServiceRun<'a> {
    service: &'a str,
    schema: &'a str,
    result: &'static str,
    schema_created: bool,
    objects_dropped: Option<usize>,
    migrations: Vec<MigrationRun<'a>>,
    after_rollout: &'a [String],
    error: Option<Failure>,
}

#[derive(Serialize)]
pub(super) struct MigrationRun<'a> {
    name: &'a str,
    direction: Direction,
    milliseconds: u128,
}

fn document<'a>(command: &'a str, runs: &'a [Run<'a>]) -> Document<'a> {
    let services = runs
        .iter()
        .map(|run| ServiceRun {
            service: run.service.name(),
            schema: run.service.schema(),
            result: result(run),
            schema_created: run.report.schema_created,
            objects_dropped: run.report.dropped,
            migrations: migration_runs(&run.report),
            after_rollout: &run.report.after_rollout,
            error: run
                .outcome
                .as_ref()
                .and_then(|outcome| outcome.as_ref().err())
                .map(Failure::from),
        })
        .collect();
    let ok = runs.iter().all(|run| matches!(run.outcome, Some(Ok(()))));
    Document {
        command,
        ok,
        services,
    }
}

/// What ran, in order.
pub(super) fn migration_runs(report: &Report) -> Vec<MigrationRun<'_>> {
    let done = report.migrations.iter();
    done.map(|done| MigrationRun {
        name: &done.name,
        direction: done.direction,
        milliseconds: done.duration.as_millis(),
    })
    .collect()
}

fn result(run: &Run<'_>) -> &'static str {
    match &run.outcome {
        Some(Ok(())) if run.report.is_idle() => "nothing_to_do",
        Some(Ok(())) => "done",
        Some(Err(error)) => match Outcome::of(error) {
            Outcome::Interrupted(_) => "interrupted",
            Outcome::No => "refused",
            Outcome::Done | Outcome::Failed => "failed",
        },
        None => "not_started",
    }
}
