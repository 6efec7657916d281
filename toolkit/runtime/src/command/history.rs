//! `history`: what the ledger says, the newest first. Writes nothing.

use sea_orm::prelude::DateTimeUtc;
use serde::Serialize;

use super::{
    Context, HistoryArgs, Outcome,
    context::{Connections, is_there},
};
use crate::{
    Error, Format, HistoryRow, LedgerState, Service, Target, Verbosity, migrate, output::Failure,
};

#[derive(Serialize)]
struct Document<'a> {
    command: &'static str,
    ok: bool,
    services: Vec<ServiceHistory<'a>>,
}

#[derive(Serialize)]
struct ServiceHistory<'a> {
    service: &'a str,
    schema: &'a str,
    runs: &'a [HistoryRow],
    error: Option<Failure>,
}

/// Shows what was done to `services`, by whom and when.
///
/// # Errors
/// [`Error::Config`] when a URL cannot be used. A database that cannot be read is shown with its
/// service and makes the answer a failure.
pub async fn history(
    context: &Context,
    services: &[Service],
    args: HistoryArgs,
) -> Result<Outcome, Error> {
    context.only_reads();
    let targets = context.targets(services)?;
    let there = targets.iter().map(|(_, target)| target);
    let connections = context
        .connections(there.filter(|target| is_there(target)))
        .await?;
    let reads = targets
        .iter()
        .map(|(service, target)| read(&connections, service, target, args.num));
    let histories = futures_util::future::join_all(reads).await;
    let closed = connections.close().await;
    match context.printer.format() {
        Format::Json => context.printer.json(&document(services, &histories)),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            show(context, services, &histories);
        }
    }
    let failures = services.iter().zip(&histories);
    crate::Printer::errors(failures.filter_map(|(service, history)| {
        history.as_ref().err().map(|error| (service.name(), error))
    }));
    closed?;
    Ok(if histories.iter().any(Result::is_err) {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

async fn read(
    connections: &Connections,
    service: &Service,
    target: &Target,
    limit: Option<u32>,
) -> Result<Vec<HistoryRow>, Error> {
    if !is_there(target) {
        return Ok(Vec::new());
    }
    let application = format!("toolkit {} history", service.name());
    connections
        .using(target, &application, async |connection| {
            migrate::history(connection, service, limit).await
        })
        .await
}

fn document<'a>(
    services: &'a [Service],
    histories: &'a [Result<Vec<HistoryRow>, Error>],
) -> Document<'a> {
    let services = services.iter().zip(histories);
    Document {
        command: "history",
        ok: histories.iter().all(Result::is_ok),
        services: services
            .map(|(service, history)| ServiceHistory {
                service: service.name(),
                schema: service.schema(),
                runs: history.as_deref().unwrap_or_default(),
                error: history.as_ref().err().map(Failure::from),
            })
            .collect(),
    }
}

fn show(context: &Context, services: &[Service], histories: &[Result<Vec<HistoryRow>, Error>]) {
    let printer = &context.printer;
    let known = || {
        services
            .iter()
            .zip(histories)
            .filter_map(|(service, history)| Some((service, history.as_ref().ok()?)))
    };
    let mut lines: Vec<(&Service, &HistoryRow)> = known()
        .flat_map(|(service, rows)| rows.iter().map(move |row| (service, row)))
        .collect();
    // Each service's rows are in their order already; the sort is stable.
    lines.sort_by_key(|(_, row)| std::cmp::Reverse(row.started_at));
    if !lines.is_empty() {
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|(service, row)| cells(service, row))
            .collect();
        let headings = [
            "STARTED",
            "SERVICE",
            "MIGRATION",
            "RESULT",
            "TIME",
            "BY",
            "VERSION",
        ];
        printer.table(&headings, &rows);
    }
    for (service, row) in lines {
        if let Some(error) = &row.error
            && printer.verbosity() == Verbosity::Verbose
        {
            printer.data(&format!("{}: {}: {error}", service.name(), row.migration));
        }
    }
    for (service, rows) in known() {
        if rows.is_empty() {
            printer.data(&format!("{}: nothing is recorded", service.name()));
        }
    }
}

fn cells(service: &Service, row: &HistoryRow) -> Vec<String> {
    let started = DateTimeUtc::from_timestamp(row.started_at, 0).map_or_else(String::new, |time| {
        time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
    });
    let result = match row.state {
        LedgerState::Started => format!("{}: not finished", row.direction.word()),
        LedgerState::Unfinished => format!("{}: stopped halfway", row.direction.word()),
        LedgerState::Finished => row.direction.word().to_owned(),
        LedgerState::Failed => format!("{}: failed", row.direction.word()),
        LedgerState::Stamped => "stamped as applied".to_owned(),
        LedgerState::Resolved => format!(
            "resolved as {}",
            match row.direction {
                crate::Direction::Up => "applied",
                crate::Direction::Down => "not applied",
            }
        ),
    };
    let time = row
        .milliseconds
        .map_or_else(String::new, |time| format!("{time} ms"));
    vec![
        started,
        service.name().to_owned(),
        row.migration.clone(),
        result,
        time,
        format!("{} on {}", row.role, row.host),
        row.version.clone(),
    ]
}
