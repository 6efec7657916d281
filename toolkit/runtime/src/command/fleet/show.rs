//! What `up` did to the tenants of a service.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{
    crew::Visited,
    failures::{Failed, Kind, kinds, named},
    up::result,
};
use crate::{
    Cut, Direction, Error, Failure, Format, Printer, Report, Service, Tenant,
    command::{Context, Outcome},
};

/// The last line of `up` in JSON.
#[derive(Serialize)]
struct Document<'a> {
    command: &'a str,
    ok: bool,
    service: &'a str,
    tenants: usize,
    done: usize,
    nothing_to_do: usize,
    failed: usize,
    refused: usize,
    not_started: usize,
    milliseconds: u128,
    failures: Vec<Failed<'a>>,
    errors: Vec<Failure>,
}

/// Shows what became of the tenants of `service`.
pub(super) fn up(
    context: &Context,
    command: &str,
    service: &Service,
    visited: &Visited<Report>,
    elapsed: Duration,
) -> Outcome {
    let Visited {
        seen,
        left,
        troubles,
        signal,
    } = visited;
    let kinds = kinds(visited.failed());
    let count = |word: &str| seen.iter().filter(|(_, seen)| result(seen) == word).count();
    let tenants = seen.len() + left.len();
    let interrupted = signal.map(|signal| Error::Interrupted {
        signal,
        left: Cut::Between,
    });
    if context.printer.format() == Format::Json {
        Printer::json_line(&Document {
            command,
            ok: kinds.is_empty() && left.is_empty() && troubles.is_empty(),
            service: service.name(),
            tenants,
            done: count("done"),
            nothing_to_do: count("nothing_to_do"),
            failed: count("failed"),
            refused: count("refused"),
            not_started: left.len(),
            milliseconds: elapsed.as_millis(),
            failures: kinds.iter().map(|it| it.failed(service.name())).collect(),
            errors: troubles
                .iter()
                .chain(&interrupted)
                .map(Failure::from)
                .collect(),
        });
    } else {
        table(context, service, visited);
    }
    let parts = [
        (count("done"), "migrated"),
        (count("nothing_to_do"), "had nothing to do"),
        (count("failed"), "failed"),
        (count("refused"), "refused"),
        (left.len(), "not started"),
    ];
    context
        .printer
        .data(&summary(service, tenants, &parts, elapsed));
    end(service, &kinds, visited, interrupted.as_ref())
}

/// Shows the errors; the worst one is the answer.
fn end(
    service: &Service,
    kinds: &[Kind<'_>],
    visited: &Visited<Report>,
    interrupted: Option<&Error>,
) -> Outcome {
    kinds.iter().for_each(|kind| kind.show(service.name()));
    let troubles = visited.troubles.iter().chain(interrupted);
    Printer::errors(troubles.clone().map(|error| (service.name(), error)));
    let failures = visited
        .seen
        .iter()
        .filter_map(|(_, seen)| seen.as_ref().err());
    let worst = failures.chain(troubles).map(Outcome::of).max();
    worst.unwrap_or(Outcome::Done)
}

/// A row for all tenants to which the same was done.
fn table(context: &Context, service: &Service, visited: &Visited<Report>) {
    let mut results: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (tenant, seen) in &visited.seen {
        let words = seen.as_ref().map_or_else(failure_in_words, words);
        results.entry(words).or_default().push(tenant.name());
    }
    let left: Vec<&str> = visited.left.iter().map(Tenant::name).collect();
    if !left.is_empty() {
        results.insert("not started".to_owned(), left);
    }
    let mut results: Vec<(String, Vec<&str>)> = results.into_iter().collect();
    results.sort_by_key(|(_, tenants)| std::cmp::Reverse(tenants.len()));
    let rows: Vec<Vec<String>> = results
        .into_iter()
        .map(|(words, tenants)| {
            vec![
                service.name().to_owned(),
                tenants.len().to_string(),
                words,
                named(&tenants),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let printer = &context.printer;
        printer.table(&["SERVICE", "TENANTS", "RESULT", "WHICH"], &rows);
        printer.data("");
    }
}

fn words(report: &Report) -> String {
    let mut words = Vec::new();
    if report.schema_created {
        words.push("created".to_owned());
    }
    let applied = report.names(Direction::Up);
    if !applied.is_empty() {
        words.push(format!("applied {}", applied.join(", ")));
    }
    if !report.after_rollout.is_empty() {
        words.push(format!(
            "after the rollout: {}",
            report.after_rollout.join(", ")
        ));
    }
    if words.is_empty() {
        words.push("nothing to do".to_owned());
    }
    words.join("; ")
}

fn failure_in_words(error: &Error) -> String {
    match error {
        Error::Migration(failure) => format!("FAILED: {}", failure.migration),
        error if error.is_refusal() => "REFUSED".to_owned(),
        _ => "FAILED".to_owned(),
    }
}

fn summary(
    service: &Service,
    tenants: usize,
    parts: &[(usize, &str)],
    elapsed: Duration,
) -> String {
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let what = if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    };
    let noun = if tenants == 1 { "tenant" } else { "tenants" };
    format!(
        "{}: {tenants} {noun} in {:.1} s: {what}",
        service.name(),
        elapsed.as_secs_f64()
    )
}
