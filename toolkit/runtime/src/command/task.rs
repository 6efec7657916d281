//! One service's run on a thread of its own: a migration that computes, or waits in Rust, holds up no
//! other service, and no signal.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Work,
    context::Connections,
    signal::{PATIENCE, heard},
};
use crate::{
    Cut, DatabaseError, Direction, Done, Error, Report, Runner, Service, Settings, Target, Watcher,
    output::Progress,
};

/// What the runs of services share.
pub(super) struct Task {
    pub(super) connections: Connections,
    pub(super) work: Work,
    pub(super) settings: Settings,
    pub(super) progress: Progress,
}

/// How long a run that knows of a signal may take to cancel what it does.
const CANCEL: Duration = Duration::from_secs(20);

impl Task {
    /// Does the work for `service`, until it is done or a signal asks to end.
    pub(super) async fn run(
        self: Arc<Self>,
        service: Service,
        target: Target,
    ) -> (Report, Result<(), Error>) {
        let state = Arc::new(Running::default());
        let (here, watched) = (service.clone(), state.clone());
        let runtime = tokio::runtime::Handle::current();
        // A thread that may block, of the same event loop: the loop itself never waits for it.
        let mut thread = tokio::task::spawn_blocking(move || {
            runtime.block_on(self.interruptible(&service, &target, &watched))
        });
        let joined = tokio::select! {
            joined = &mut thread => joined,
            signal = deaf(&state) => {
                let report = state.report();
                let left = state.cut(&here, &report);
                return (report, Err(Error::Interrupted { signal, left }));
            }
        };
        match joined {
            Ok(done) => done,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    async fn interruptible(
        &self,
        service: &Service,
        target: &Target,
        state: &Running,
    ) -> (Report, Result<(), Error>) {
        let mut report = Report::default();
        let signal = tokio::select! {
            biased;
            signal = heard() => {
                state.hears.store(true, Ordering::SeqCst);
                signal
            }
            outcome = self.perform(service, target, &mut report, state) => return (report, outcome),
        };
        let left = state.cut(service, &report);
        (report, Err(Error::Interrupted { signal, left }))
    }

    async fn perform(
        &self,
        service: &Service,
        target: &Target,
        report: &mut Report,
        state: &Running,
    ) -> Result<(), Error> {
        let watcher = Noting {
            progress: &self.progress,
            state,
        };
        let application = format!("toolkit {}", service.name());
        self.connections
            .using(target, &application, async |connection| {
                let runner = Runner::new(service, connection, &self.settings, &watcher);
                match &self.work {
                    Work::Bootstrap => runner.bootstrap(report).await,
                    Work::Up(extent) => runner.up(report, extent).await,
                    Work::Down(extent) => runner.down(report, extent).await,
                    Work::Fresh => runner.fresh(report).await,
                    Work::Refresh => runner.refresh(report).await,
                    Work::Reset => runner.reset(report).await,
                }
            })
            .await
    }
}

/// Returns the signal when a run does not end with it: it computes, or what it cancels does not stop.
async fn deaf(state: &Running) -> crate::Signal {
    let signal = heard().await;
    tokio::time::sleep(PATIENCE).await;
    if state.hears.load(Ordering::SeqCst) {
        tokio::time::sleep(CANCEL).await;
    }
    signal
}

/// What a run is at.
#[derive(Default)]
struct Running {
    /// It knows of the signal.
    hears: AtomicBool,
    /// The migrations that it began, each once, and since when it is at the last one.
    begun: Mutex<Vec<(String, Direction, Instant)>>,
    /// It waits until it can go on with the last one.
    pauses: AtomicBool,
}

impl Running {
    fn begin(&self, migration: &str, direction: Direction) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.pop_if(|(last, way, _)| last == migration && *way == direction);
        begun.push((migration.to_owned(), direction, Instant::now()));
        self.pauses.store(false, Ordering::SeqCst);
    }

    /// What was done by a run that does not tell: all that it began but the last.
    fn report(&self) -> Report {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let mut report = Report::default();
        for pair in begun.windows(2) {
            if let [(name, direction, since), (_, _, until)] = pair {
                report.migrations.push(Done {
                    name: name.clone(),
                    direction: *direction,
                    duration: until.duration_since(*since),
                });
            }
        }
        report
    }

    /// What of `service` is cut off now, `report` being what was done.
    fn cut(&self, service: &Service, report: &Report) -> Cut {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((migration, direction, _)) = begun.last().cloned() else {
            return Cut::Between;
        };
        if self.pauses.load(Ordering::SeqCst) {
            return Cut::Between;
        }
        let mut done = report.migrations.iter().rev();
        if done.any(|done| done.name == migration && done.direction == direction) {
            return Cut::Between;
        }
        let in_transaction = service
            .migrations()
            .iter()
            .find(|listed| listed.name() == migration)
            .is_none_or(|listed| listed.use_transaction().unwrap_or(true));
        Cut::Migration {
            service: service.name().to_owned(),
            transactional: in_transaction && !service.is_ending_transaction(&migration),
            resumable: service.is_resumable(&migration),
            migration,
            direction,
        }
    }
}

/// A watcher that notes which migration runs.
struct Noting<'a> {
    progress: &'a Progress,
    state: &'a Running,
}

impl Watcher for Noting<'_> {
    fn migration_started(&self, service: &Service, migration: &str, direction: Direction) {
        self.state.begin(migration, direction);
        self.progress
            .migration_started(service, migration, direction);
    }

    fn waiting(&self, service: &Service) {
        self.state.pauses.store(true, Ordering::SeqCst);
        self.progress.waiting(service);
    }

    fn retrying(&self, service: &Service, migration: &str, error: &DatabaseError) {
        self.state.pauses.store(true, Ordering::SeqCst);
        self.progress.retrying(service, migration, error);
    }

    fn told(&self, service: &Service, migration: &str, notice: &str) {
        self.progress.told(service, migration, notice);
    }
}
