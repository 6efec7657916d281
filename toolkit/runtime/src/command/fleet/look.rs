//! Looking at all tenants of a service.

use std::sync::Arc;

use super::{
    crew::{Crew, Visited, Visitor},
    failures::{Failed, kinds},
    progress::FleetProgress,
    up::Fleet,
};
use crate::{Connection, Error, Failure, Printer, Service, Standing, Tenant, command::Context};

/// Has `meet` look at each tenant of `service`, several at once, each with where it stands.
///
/// # Errors
/// When the tenants cannot be listed. What fails at one of them is with it.
pub async fn look<S: Send + 'static>(
    context: &Context,
    service: &Service,
    meet: impl AsyncFn(&Connection, &Service, Standing) -> Result<S, Error> + Send + Sync + 'static,
) -> Result<Visited<S>, Error> {
    let fleet = Fleet::open(context, service, None).await?;
    let progress = FleetProgress::new(context.printer, service, fleet.tenants.len());
    let connections = Arc::new(fleet.connections);
    let crew = Arc::new(Crew::new(
        service,
        connections.clone(),
        Looking(meet),
        progress,
    ));
    context.end_by_signal();
    let mut visited = crew.visit(Vec::new(), fleet.tenants, fleet.jobs).await;
    if let Some(connections) = Arc::into_inner(connections) {
        connections.close().await?;
    }
    visited.seen.sort_by(|(a, _), (b, _)| a.cmp(b));
    if let Some(signal) = visited.signal {
        let left = context.cut();
        return Err(Error::Interrupted { signal, left });
    }
    Ok(visited)
}

struct Looking<F>(F);

impl<S, F> Visitor for Looking<F>
where
    S: Send + 'static,
    F: AsyncFn(&Connection, &Service, Standing) -> Result<S, Error> + Send + Sync + 'static,
{
    type Seen = S;

    async fn meet(
        &self,
        connection: &Connection,
        service: &Service,
        standing: Standing,
    ) -> Result<S, Error> {
        (self.0)(connection, service, standing).await
    }

    fn told(&self, _: &Tenant, _: &Result<S, Error>) {}
}

impl<S> Visited<S> {
    /// Whether all tenants could be seen.
    pub fn is_known(&self) -> bool {
        self.left.is_empty() && self.seen.iter().all(|(_, seen)| seen.is_ok())
    }

    /// How many tenants there are.
    pub fn count(&self) -> usize {
        self.seen.len() + self.left.len()
    }

    /// What failed, each kind once.
    pub fn failures(&self, service: &Service) -> Vec<Failed<'_>> {
        let kinds = kinds(self.failed()).into_iter();
        kinds.map(|kind| kind.failed(service.name())).collect()
    }

    /// What stopped the look.
    pub fn errors(&self) -> Vec<Failure> {
        self.troubles.iter().map(Failure::from).collect()
    }

    /// Shows the errors of tenants and servers.
    pub fn show_errors(&self, service: &Service) {
        let name = service.name();
        kinds(self.failed()).iter().for_each(|kind| kind.show(name));
        Printer::errors(self.troubles.iter().map(|error| (name, error)));
    }

    pub(super) fn failed(&self) -> impl Iterator<Item = (&Tenant, &Error)> {
        let seen = self.seen.iter();
        seen.filter_map(|(tenant, seen)| Some((tenant, seen.as_ref().err()?)))
    }
}
