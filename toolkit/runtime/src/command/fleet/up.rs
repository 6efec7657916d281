//! `up` of all tenants of a service.

use std::{sync::Arc, time::Instant};

use serde::Serialize;

use super::{
    crew::{Crew, Visitor},
    progress::FleetProgress,
    show,
};
use crate::{
    Canary, Connection, Error, Extent, Failure, Format, PaceArgs, Printer, Report, Runner, Service,
    Settings, Silent, Standing, Target, Tenant,
    command::{
        Context, Outcome,
        context::Connections,
        migrate::{MigrationRun, migration_runs},
    },
    fleet,
};

/// How many tenants at once, where nobody says otherwise.
const JOBS: usize = 4;

/// Applies what is pending at the tenants of `service`, and shows what became of them.
pub(in crate::command) async fn up(
    context: &Context,
    command: &str,
    service: &Service,
    extent: &Extent,
    pace: &PaceArgs,
) -> Result<Outcome, Error> {
    let started = Instant::now();
    let fleet = Fleet::open(context, service, pace.jobs).await?;
    let (first, others) = split(service, fleet.tenants, pace.canary.as_ref())?;
    let total = first.len() + others.len();
    context.end_by_signal();
    let progress = || FleetProgress::new(context.printer, service, total);
    let upwards = Upwards {
        service: service.name(),
        settings: context.settings.clone(),
        extent: extent.clone(),
        tells: context.printer.format() == Format::Json,
    };
    let most = pace
        .max_failures
        .map(|most| usize::try_from(most).unwrap_or(usize::MAX));
    let connections = Arc::new(fleet.connections);
    let crew = Crew::new(service, connections.clone(), upwards, progress()).stop_after(most);
    let visited = Arc::new(crew).visit(first, others, fleet.jobs).await;
    let closed = match Arc::into_inner(connections) {
        Some(connections) => connections.close().await,
        None => Ok(()),
    };
    let outcome = show::up(context, command, service, &visited, started.elapsed());
    closed.map(|()| outcome)
}

/// A service's tenants, and what is needed to reach them.
pub(super) struct Fleet {
    pub(super) tenants: Vec<Tenant>,
    pub(super) connections: Connections,
    /// How many may be visited at once.
    pub(super) jobs: usize,
}

impl Fleet {
    /// Lists the tenants.
    pub(super) async fn open(
        context: &Context,
        service: &Service,
        jobs: Option<u16>,
    ) -> Result<Self, Error> {
        let wanted = jobs.map_or(JOBS, usize::from);
        let in_database = service.fleet().is_some_and(fleet::is_in_database);
        let listed = if in_database {
            Vec::new()
        } else {
            fleet::list(None::<&Connection>, service).await?
        };
        let shared = in_database || listed.iter().any(|tenant| tenant.url().is_none());
        if !shared {
            return Ok(Self {
                tenants: listed,
                connections: context.connections([]).await?,
                jobs: wanted,
            });
        }
        let target = context.targets(std::slice::from_ref(service))?.pop();
        let Some((_, target)) = target else {
            return Err(crate::TenantsError::NoFleet {
                what: format!("{} has none", service.name()),
            }
            .into());
        };
        let connections = context.connections([&target]).await?;
        let application = format!("toolkit {}", service.name());
        let look = connections.using(&target, &application, async |connection| {
            let tenants = if in_database {
                fleet::list(Some(connection), service).await?
            } else {
                listed
            };
            Ok((tenants, room(connection, service).await?))
        });
        let (tenants, room) = look.await?;
        let jobs = match target {
            Target::Embedded(_) => 1,
            Target::Server(..) => wanted.min(room.max(1)),
        };
        if jobs < wanted.min(tenants.len()) {
            context.printer.note(&format!(
                "{}: the server has connections for {jobs} tenants at once",
                service.name()
            ));
        }
        Ok(Self {
            tenants,
            connections,
            jobs,
        })
    }
}

/// For how many tenants at once the server has connections: each takes two, and some stay for others.
async fn room(connection: &Connection, service: &Service) -> Result<usize, Error> {
    use crate::Reader;
    use sea_orm::TryGetable;
    let sql = "SELECT (pg_catalog.current_setting('max_connections')::pg_catalog.int4 \
               OPERATOR(pg_catalog.-) \
               pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int4 \
               OPERATOR(pg_catalog.-) pg_catalog.count(*)::pg_catalog.int4) OPERATOR(pg_catalog./) 2 \
               FROM pg_catalog.pg_stat_activity WHERE backend_type OPERATOR(pg_catalog.=) 'client backend'";
    let rows = connection.rows(sql).await;
    let room = rows.and_then(|rows| {
        rows.first()
            .map(|row| Ok(i32::try_get_by(row, 0)?))
            .transpose()
    });
    let room = room.map_err(Error::database("count the connections", service))?;
    Ok(usize::try_from(room.unwrap_or_default()).unwrap_or(0))
}

/// Those that come first, and the others.
fn split(
    service: &Service,
    tenants: Vec<Tenant>,
    canary: Option<&Canary>,
) -> Result<(Vec<Tenant>, Vec<Tenant>), Error> {
    match canary {
        None => Ok((Vec::new(), tenants)),
        Some(Canary::Count(count)) => {
            let mut first = tenants;
            let others = first.split_off(first.len().min(*count));
            Ok((first, others))
        }
        Some(Canary::Names(names)) => {
            let is_missing = |name: &&String| !tenants.iter().any(|it| it.name() == name.as_str());
            if let Some(name) = names.iter().find(is_missing) {
                return Err(crate::TenantsError::unknown(service, name, &tenants).into());
            }
            Ok(tenants
                .into_iter()
                .partition(|tenant| names.iter().any(|name| name == tenant.name())))
        }
    }
}

/// Applies what is pending.
struct Upwards {
    service: &'static str,
    settings: Settings,
    extent: Extent,
    /// Whether each tenant is told in JSON.
    tells: bool,
}

impl Visitor for Upwards {
    type Seen = Report;

    async fn meet(
        &self,
        connection: &Connection,
        service: &Service,
        standing: Standing,
    ) -> Result<Report, Error> {
        let mut report = Report::default();
        let runner = Runner::new(service, connection, &self.settings, &Silent);
        let done = runner.up_from(&mut report, &self.extent, standing).await;
        done.map(|()| report)
    }

    fn told(&self, tenant: &Tenant, seen: &Result<Report, Error>) {
        if self.tells {
            let idle = Report::default();
            let report = seen.as_ref().unwrap_or(&idle);
            Printer::json_line(&Event {
                service: self.service,
                tenant: tenant.name(),
                result: result(seen),
                schema_created: report.schema_created,
                migrations: migration_runs(report),
                after_rollout: &report.after_rollout,
                error: seen.as_ref().err().map(Failure::from),
            });
        }
    }
}

/// What became of one tenant, as it is told while the run goes on.
#[derive(Serialize)]
struct Event<'a> {
    service: &'a str,
    tenant: &'a str,
    result: &'static str,
    schema_created: bool,
    migrations: Vec<MigrationRun<'a>>,
    after_rollout: &'a [String],
    error: Option<Failure>,
}

/// What became of one tenant, in a word.
pub(super) fn result(seen: &Result<Report, Error>) -> &'static str {
    match seen {
        Ok(report) if report.is_idle() => "nothing_to_do",
        Ok(_) => "done",
        Err(error) if error.is_refusal() => "refused",
        Err(_) => "failed",
    }
}
