//! What a service's migrations do, learnt by running them on a scratch database: the statements
//! that they send, the locks that they take and what becomes of the tables that are there.

mod tables;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};
use toolkit_runtime::{
    Direction, Error, Extent, Report, Runner, Service, Settings, Silent, sent_statements,
};

pub use tables::{Lock, Touched};

use crate::{desired::scope, history::refuse_beyond, scratch::Scratch};

/// What one migration did.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The migration's name.
    pub migration: String,
    /// Whether it runs in a transaction.
    pub in_transaction: bool,
    /// Whether it ends that transaction itself, so that what is set for it alone would be lost.
    pub ends_transaction: bool,
    /// Its statements in order, values written out.
    pub statements: Vec<String>,
    /// The tables that were there before it and that it locked, changed or dropped.
    pub touched: Vec<Touched>,
}

/// Runs the migrations of `service` in `direction` as far as `extent` says, on `scratch`.
///
/// # Errors
/// [`crate::Error::Rehearsal`] when a migration fails, [`crate::Error::Beyond`] when it reaches beyond
/// the scratch database; else as [`Runner::up`] and [`Runner::down`].
pub async fn rehearse(
    scratch: &Scratch,
    service: &Service,
    direction: Direction,
    extent: &Extent,
) -> Result<Vec<Rehearsal>, Error> {
    let log = Arc::new(Mutex::new(Log::default()));
    let (shared, ignored) = (log.clone(), scope(service).ignored_tables);
    let marked = service.clone();
    let watched = service.map_migrations(move |migrations| {
        let watch = |migration: Box<dyn MigrationTrait>| -> Box<dyn MigrationTrait> {
            Box::new(Watched {
                ends_transaction: marked.is_ending_transaction(migration.name()),
                migration,
                log: shared.clone(),
                ignored: ignored.clone(),
            })
        };
        migrations.into_iter().map(watch).collect()
    });
    let settings = Settings {
        after_rollout: true,
        ..Settings::default()
    };
    let watched = watched.without_lock();
    let runner = Runner::new(&watched, scratch.connection(), &settings, &Silent);
    let mut report = Report::default();
    let outcome = match direction {
        Direction::Up => runner.up(&mut report, extent).await,
        Direction::Down => runner.down(&mut report, extent).await,
    };
    refuse_beyond(scratch, service, outcome.as_ref().err())?;
    let Log { done, failed } = std::mem::take(&mut *locked(&log));
    match outcome {
        Ok(()) => Ok(done),
        // What the runner advises is meant for a live database.
        Err(Error::Migration(failure)) => Err(crate::Error::Rehearsal {
            service: service.name().to_owned(),
            migration: failure.migration,
            direction,
            statement: failed,
            source: Box::new(failure.source),
        }
        .into()),
        Err(error) => Err(error),
    }
}

/// What is noted while migrations run.
#[derive(Debug, Default)]
struct Log {
    done: Vec<Rehearsal>,
    /// The last statement of the migration that failed.
    failed: Option<String>,
}

fn locked(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A migration that notes what it does.
struct Watched {
    migration: Box<dyn MigrationTrait>,
    ends_transaction: bool,
    log: Arc<Mutex<Log>>,
    /// The migrations' own tables.
    ignored: Vec<String>,
}

impl MigrationName for Watched {
    fn name(&self) -> &str {
        self.migration.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Watched {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.watch(manager, Direction::Up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.watch(manager, Direction::Down).await
    }

    fn use_transaction(&self) -> Option<bool> {
        self.migration.use_transaction()
    }
}

impl Watched {
    async fn watch(&self, manager: &SchemaManager<'_>, direction: Direction) -> Result<(), DbErr> {
        let before = tables::read(manager.get_connection(), &self.ignored).await?;
        let (outcome, statements) = match direction {
            Direction::Up => sent_statements(self.migration.up(manager)).await,
            Direction::Down => sent_statements(self.migration.down(manager)).await,
        };
        if outcome.is_err() {
            locked(&self.log).failed = statements.last().cloned();
        }
        outcome?;
        let touched = tables::touched(manager.get_connection(), &before, &self.ignored).await?;
        locked(&self.log).done.push(Rehearsal {
            migration: self.name().to_owned(),
            in_transaction: self.use_transaction() != Some(false),
            ends_transaction: self.ends_transaction,
            statements,
            touched,
        });
        Ok(())
    }
}
