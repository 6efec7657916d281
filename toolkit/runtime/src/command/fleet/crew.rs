//! Workers that go over the tenants of a service, a few at once on each server.
//!
//! A worker has one connection. It takes some hundred tenants, reads where all of them stand in one query, and
//! then does one after the other what is to be done there.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use futures_util::{StreamExt, stream};

use super::{
    lane::{Lane, Pending},
    progress::FleetProgress,
};
use crate::{
    Connection, Error, Service, Signal, Standing, Tenant,
    command::{context::Connections, signal::heard},
    fleet,
};

/// How many workers there are at most, on all servers: each has a thread.
const WORKERS: usize = 64;
/// A session keeps what it has learnt of each table. After so many tenants a new one takes its place.
const TENANTS_OF_A_SESSION: usize = 1_000;

/// What is done at a tenant.
pub(super) trait Visitor: Send + Sync + 'static {
    /// What became of it.
    type Seen: Send + 'static;

    /// Does it, `standing` being where the tenant's `service` stood a moment ago.
    async fn meet(
        &self,
        connection: &Connection,
        service: &Service,
        standing: Standing,
    ) -> Result<Self::Seen, Error>;

    /// Is told what became of a tenant.
    fn told(&self, tenant: &Tenant, seen: &Result<Self::Seen, Error>);
}

/// The workers, and what they have seen.
pub(super) struct Crew<V: Visitor> {
    service: Service,
    connections: Arc<Connections>,
    visitor: V,
    progress: FleetProgress,
    max_failures: Option<usize>,
    seen: Mutex<Sights<V::Seen>>,
    failed: AtomicUsize,
    halted: AtomicBool,
}

/// What was seen of each tenant.
pub type Sights<S> = Vec<(Tenant, Result<S, Error>)>;

/// What became of a fleet.
#[derive(Debug)]
pub struct Visited<S> {
    /// What was seen of each tenant.
    pub seen: Sights<S>,
    /// The tenants that nobody came to.
    pub left: Vec<Tenant>,
    /// Why, where it was a server.
    pub troubles: Vec<Error>,
    /// The signal that ended it.
    pub signal: Option<Signal>,
}

impl<V: Visitor> Crew<V> {
    pub(super) fn new(
        service: &Service,
        connections: Arc<Connections>,
        visitor: V,
        progress: FleetProgress,
    ) -> Self {
        Self {
            service: service.clone(),
            connections,
            visitor,
            progress,
            max_failures: None,
            seen: Mutex::default(),
            failed: AtomicUsize::new(0),
            halted: AtomicBool::new(false),
        }
    }

    /// Begins no more tenants once `count` have failed.
    pub(super) fn stop_after(mut self, count: Option<usize>) -> Self {
        self.max_failures = count;
        self
    }

    /// Visits the `first` tenants, and the `others` when all went well there; `jobs` at once on each server.
    pub(super) async fn visit(
        self: Arc<Self>,
        first: Vec<Tenant>,
        mut others: Vec<Tenant>,
        jobs: usize,
    ) -> Visited<V::Seen> {
        let (mut left, mut troubles, mut signal) = self.go(first, jobs).await;
        let well = self.failed.load(Ordering::SeqCst) == 0 && troubles.is_empty();
        if well && !self.is_halted() {
            let (not_reached, further, heard) = self.go(others, jobs).await;
            left.extend(not_reached);
            troubles.extend(further);
            signal = signal.or(heard);
        } else {
            left.append(&mut others);
        }
        let seen = std::mem::take(&mut *self.seen());
        Visited {
            seen,
            left,
            troubles,
            signal,
        }
    }

    async fn go(
        self: &Arc<Self>,
        tenants: Vec<Tenant>,
        jobs: usize,
    ) -> (Vec<Tenant>, Vec<Error>, Option<Signal>) {
        let lanes: Vec<Arc<Lane>> = Lane::all(tenants, jobs).into_iter().map(Arc::new).collect();
        let signal = self.work_on(&lanes).await;
        let lanes = lanes
            .into_iter()
            .filter_map(Arc::into_inner)
            .map(Lane::left);
        let (left, troubles): (Vec<_>, Vec<_>) = lanes.unzip();
        let left = left.into_iter().flatten().collect();
        (left, troubles.into_iter().flatten().collect(), signal)
    }

    /// Lets workers go over `lanes`; the signal at which they finished what they were at, if there was one.
    async fn work_on(self: &Arc<Self>, lanes: &[Arc<Lane>]) -> Option<Signal> {
        let workers = lanes
            .iter()
            .flat_map(|lane| (0..lane.jobs()).map(|_| self.clone().worker(lane.clone())));
        let working = stream::iter(workers).buffer_unordered(WORKERS);
        let mut working = std::pin::pin!(working.collect::<()>());
        let signal = tokio::select! {
            biased;
            () = &mut working => return None,
            signal = heard() => signal,
        };
        self.halt();
        self.progress.finishing(signal);
        working.await;
        Some(signal)
    }

    /// A worker has a thread: a migration that computes holds up no other.
    async fn worker(self: Arc<Self>, lane: Arc<Lane>) {
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(self.work(&lane));
        if let Err(panicked) = tokio::task::spawn_blocking(work).await {
            std::panic::resume_unwind(panicked.into_panic());
        }
    }

    async fn work(&self, lane: &Lane) {
        let application = format!("toolkit {}", self.service.name());
        loop {
            let hand = if self.is_halted() {
                VecDeque::new()
            } else {
                lane.take(None)
            };
            let Some(first) = hand.front().map(|pending| pending.tenant.clone()) else {
                return;
            };
            let target = self.connections.target(&self.service.of_tenant(&first));
            let target = match target {
                Ok(target) => target,
                Err(error) => {
                    lane.give_back(hand);
                    return lane.trouble(error);
                }
            };
            let (hand, connected) = (Mutex::new(hand), AtomicBool::new(false));
            let visiting = async |connection: &Connection| {
                connected.store(true, Ordering::SeqCst);
                self.stay(connection, lane, &first, &hand).await
            };
            let outcome = self.connections.using(&target, &application, visiting);
            let outcome = outcome.await;
            let hand = hand.into_inner().unwrap_or_else(PoisonError::into_inner);
            let connected = connected.into_inner();
            if !self.goes_on(lane, hand, connected, outcome) {
                return;
            }
        }
    }

    /// Visits the tenants of one database, as long as there are any.
    async fn stay(
        &self,
        connection: &Connection,
        lane: &Lane,
        first: &Tenant,
        hand: &Mutex<VecDeque<Pending>>,
    ) -> Result<(), Error> {
        let in_hand = || hand.lock().unwrap_or_else(PoisonError::into_inner);
        let mut visited = 0;
        loop {
            let service = |pending: &Pending| self.service.of_tenant(&pending.tenant);
            let services: Vec<Service> = in_hand().iter().map(service).collect();
            let standings = fleet::standings(connection, &services).await?;
            for (service, standing) in services.iter().zip(standings) {
                if self.is_halted() {
                    return Ok(());
                }
                let seen = match standing {
                    Ok(standing) => self.visitor.meet(connection, service, standing).await,
                    Err(error) => Err(error),
                };
                // Over a new connection it is tried once more: its record says what is to be done.
                let may_be_lost = in_hand().front().is_some_and(|pending| pending.lost == 0);
                match seen {
                    Err(error) if error.is_disconnect() && may_be_lost => return Err(error),
                    seen => {
                        let pending = in_hand().pop_front();
                        if let Some(Pending { tenant, .. }) = pending {
                            self.done(tenant, seen);
                        }
                    }
                }
            }
            visited += services.len();
            if visited >= TENANTS_OF_A_SESSION {
                connection.renew();
                visited = 0;
            }
            let more = lane.take(Some(first));
            if more.is_empty() {
                return Ok(());
            }
            *in_hand() = more;
        }
    }

    /// Whether a worker goes on whose use of a connection ended with `outcome` and left `hand`.
    fn goes_on(
        &self,
        lane: &Lane,
        mut hand: VecDeque<Pending>,
        connected: bool,
        outcome: Result<(), Error>,
    ) -> bool {
        let Err(error) = outcome else {
            lane.give_back(hand);
            return true;
        };
        let is_own = |first: &Pending| first.tenant.url().is_some() && !is_not_ready(&error);
        match hand.pop_front() {
            Some(first) if connected && first.lost == 0 => {
                let lost = first.lost + 1;
                hand.push_front(Pending { lost, ..first });
                lane.give_back(hand);
                true
            }
            Some(first) if connected || is_own(&first) => {
                self.done(first.tenant, Err(error));
                lane.give_back(hand);
                true
            }
            first => {
                first.into_iter().for_each(|first| hand.push_front(first));
                lane.give_back(hand);
                lane.trouble(error);
                false
            }
        }
    }

    fn done(&self, tenant: Tenant, seen: Result<V::Seen, Error>) {
        self.visitor.told(&tenant, &seen);
        self.progress.done(seen.is_ok());
        if seen.is_err() {
            let failed = self.failed.fetch_add(1, Ordering::SeqCst) + 1;
            if self.max_failures.is_some_and(|most| failed >= most) {
                self.halt();
            }
        }
        self.seen().push((tenant, seen));
    }

    fn seen(&self) -> MutexGuard<'_, Sights<V::Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
    }

    fn is_halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }
}

/// Whether the same server will not serve the next tenant either.
fn is_not_ready(error: &Error) -> bool {
    matches!(error, Error::Connect(error) if error.is_not_ready())
}
