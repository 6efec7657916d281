//! `history --format html`: what was done in one database or in several, as a page. Writes nothing.

use std::str::FromStr;

use toolkit_pictures::page::{self, Environment, History, Lane, Run, RunResult};
use toolkit_runtime::{
    Context, DatabaseUrl, Direction, Error, Failure, HistoryRow, LedgerState, Outcome, Service,
    Standing, State,
};

use super::live::Database;

/// A database with a name: `production=postgres://…`.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    /// A text until it is used, as in the environment.
    url: String,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The text may hold a password, so the error does not repeat it.
        let wrong = || "it is a name and a URL: production=postgres://…".to_owned();
        let (name, url) = text.split_once('=').ok_or_else(wrong)?;
        let is_named = !name.is_empty() && !name.contains("://");
        if !is_named {
            return Err(wrong());
        }
        DatabaseUrl::from_str(url).map_err(|error| error.to_string())?;
        Ok(Self {
            name: name.to_owned(),
            url: url.to_owned(),
        })
    }
}

/// Writes the page. A database that cannot be read is shown so, and makes the answer a failure.
pub(crate) async fn drawn(
    context: &Context,
    services: &[Service],
    environments: &[Named],
    limit: Option<u32>,
) -> Result<Outcome, Error> {
    let mut read = Vec::new();
    for Named { name, url } in environments {
        let mut context = context.clone();
        context.configuration = context.configuration.with_database_url(url.clone());
        read.push(environment(&context, services, name, limit).await);
    }
    if environments.is_empty() {
        read.push(environment(context, services, "database", limit).await);
    }
    let mut lanes = read.iter().flat_map(|it| &it.services);
    let has_failed = lanes.any(|it| it.error.is_some());
    let history = History { environments: read };
    context.printer.raw(&page::history(&history));
    Ok(if has_failed {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

async fn environment(
    context: &Context,
    services: &[Service],
    name: &str,
    limit: Option<u32>,
) -> Environment {
    let mut lanes = Vec::new();
    for service in services {
        lanes.push(match lane(context, service, limit).await {
            Ok(lane) => lane,
            Err(error) => {
                let Failure { message, .. } = Failure::from(&error);
                let service_name = service.name();
                let told = format!("{name}: {service_name}: {message}");
                context.printer.warn(&told);
                Lane {
                    error: Some(message),
                    ..nothing(service)
                }
            }
        });
    }
    Environment {
        name: name.to_owned(),
        services: lanes,
    }
}

fn nothing(service: &Service) -> Lane {
    Lane {
        service: service.name().to_owned(),
        runs: Vec::new(),
        pending: Vec::new(),
        after_rollout: Vec::new(),
        error: None,
    }
}

async fn lane(context: &Context, service: &Service, limit: Option<u32>) -> Result<Lane, Error> {
    let application = "toolkit history";
    let Some(database) = Database::open_if_there(context, service, application).await? else {
        return Ok(nothing(service));
    };
    let connection = database.connection();
    let read = async {
        let standing = Standing::read(connection, service).await?;
        let rows = toolkit_runtime::history(connection, service, limit).await?;
        Ok::<_, Error>((standing, rows))
    };
    let read = read.await;
    database.close().await?;
    let (standing, rows) = read?;
    let named = |states: &[State]| {
        let names = states.iter().flat_map(|state| standing.names(*state));
        names.map(str::to_owned).collect()
    };
    Ok(Lane {
        runs: rows.into_iter().map(run).collect(),
        pending: named(&[State::Pending, State::OutOfOrder]),
        after_rollout: named(&[State::AfterRollout]),
        ..nothing(service)
    })
}

fn run(row: HistoryRow) -> Run {
    let (result, told) = match (row.state, row.direction) {
        (LedgerState::Finished, Direction::Up) => (RunResult::Applied, "applied"),
        (LedgerState::Finished, Direction::Down) => (RunResult::RolledBack, "rolled back"),
        (LedgerState::Stamped, _) => (RunResult::Recorded, "recorded as applied"),
        (LedgerState::Resolved, Direction::Up) => (RunResult::Recorded, "resolved as applied"),
        (LedgerState::Resolved, Direction::Down) => {
            (RunResult::RolledBack, "resolved as not applied")
        }
        (LedgerState::Failed, Direction::Up) => (RunResult::Failed, "failed"),
        (LedgerState::Failed, Direction::Down) => (RunResult::Failed, "failed to roll back"),
        (LedgerState::Started | LedgerState::Unfinished, _) => (RunResult::Failed, "not finished"),
        // A newer runtime may record what this page does not know.
        (_, _) => (RunResult::Recorded, "recorded"),
    };
    Run {
        migration: row.migration,
        result,
        told: told.to_owned(),
        started_at: row.started_at,
        milliseconds: row.milliseconds,
        by: format!("{} on {}", row.role, row.host),
        error: row.error,
    }
}
