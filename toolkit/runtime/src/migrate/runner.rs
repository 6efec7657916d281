//! The loop that applies and rolls back a service's migrations.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{
    Direction, Done, Extent, Report, Standing, State,
    bootstrap::{self, Attempt},
    empty,
    extent::{downwards, upwards},
    ledger,
    memory::Memory,
    record,
    step::Step,
};
use crate::{Connection, DatabaseError, Error, Service, Settings};

/// Is told of a run while it goes on.
pub trait Watcher: Send + Sync {
    /// `migration` of `service` begins to run.
    fn migration_started(&self, service: &Service, migration: &str, direction: Direction);
    /// Another runner holds the mutex of `service`'s schema.
    fn waiting(&self, service: &Service);
    /// An attempt of `migration` was given up because of `error`; the next begins after `pause`.
    fn retrying(&self, service: &Service, migration: &str, pause: Duration, error: &DatabaseError);
}

/// A watcher that watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Watcher for Silent {
    fn migration_started(&self, _: &Service, _: &str, _: Direction) {}

    fn waiting(&self, _: &Service) {}

    fn retrying(&self, _: &Service, _: &str, _: Duration, _: &DatabaseError) {}
}

/// Runs one service's migrations over one connection.
///
/// Each migration runs in a transaction of its own, together with its record, under the schema's
/// mutex: whatever the number of runners, it is applied exactly once.
pub struct Runner<'a> {
    pub(super) service: &'a Service,
    pub(super) connection: &'a Connection,
    pub(super) settings: &'a Settings,
    pub(super) watcher: &'a dyn Watcher,
    /// The run's name in the ledger.
    pub(super) run: Uuid,
}

impl<'a> Runner<'a> {
    /// A runner for `service` on `connection`.
    pub fn new(
        service: &'a Service,
        connection: &'a Connection,
        settings: &'a Settings,
        watcher: &'a dyn Watcher,
    ) -> Self {
        Self {
            service,
            connection,
            settings,
            watcher,
            run: Uuid::new_v4(),
        }
    }

    /// Creates the service's schema if it is not there.
    ///
    /// # Errors
    /// [`Error::MayNotCreateSchema`] when the role may not and the schema is not there.
    pub async fn bootstrap(&self, report: &mut Report) -> Result<(), Error> {
        Standing::nothing_applied(self.service)?;
        if record::locate(self.connection, self.service)
            .await?
            .schema_exists
        {
            return Ok(());
        }
        loop {
            let (transaction, _) = self.begin("bootstrap").await?;
            match bootstrap::create_schema(&transaction, self.service).await? {
                Attempt::Created => {
                    self.commit(transaction, "create the schema").await?;
                    report.schema_created = true;
                    return Ok(());
                }
                Attempt::AlreadyThere => {
                    self.abandon(transaction).await;
                    return Ok(());
                }
                Attempt::Raced => self.abandon(transaction).await,
            }
        }
    }

    /// Applies pending migrations, creating the schema and the migrations table first.
    ///
    /// # Errors
    /// [`Error::Migration`] when one fails; those before it stay applied.
    pub async fn up(&self, report: &mut Report, extent: &Extent) -> Result<(), Error> {
        self.service.lockfile()?;
        let standing = self.standing(Direction::Up).await?;
        let goal = upwards(self.service, &standing, extent)?;
        if goal.is_empty() {
            return Ok(());
        }
        self.bootstrap(report).await?;
        self.run(report, &goal, Direction::Up).await
    }

    /// Rolls applied migrations back, the last applied first.
    ///
    /// # Errors
    /// [`Error::Migration`] when one fails or has no `down`; those before it stay rolled back.
    pub async fn down(&self, report: &mut Report, extent: &Extent) -> Result<(), Error> {
        let standing = self.standing(Direction::Down).await?;
        let goal = downwards(self.service, &standing, extent)?;
        self.run(report, &goal, Direction::Down).await
    }

    /// Rolls all migrations back and drops the migrations table and the ledger.
    ///
    /// # Errors
    /// As [`Runner::down`].
    pub async fn reset(&self, report: &mut Report) -> Result<(), Error> {
        loop {
            self.down(report, &Extent::All).await?;
            let place = record::locate(self.connection, self.service).await?;
            if !place.table_exists {
                return Ok(());
            }
            let (transaction, pid) = self.begin("reset").await?;
            let standing = Standing::read(&transaction, self.service).await?;
            self.refuse_unfinished(&transaction, &standing).await?;
            if !standing.newest_first().is_empty() {
                // Another runner has applied something meanwhile.
                self.abandon(transaction).await;
                continue;
            }
            let dropping = async {
                record::drop_table(&transaction, self.service).await?;
                if place.ledger_exists {
                    ledger::drop_table(&transaction, self.service).await?;
                }
                Ok(())
            };
            self.watched("reset", pid, dropping).await?;
            self.commit(transaction, "drop the migrations table")
                .await?;
            report.books_dropped = true;
            return Ok(());
        }
    }

    /// Rolls all migrations back and applies them again.
    ///
    /// # Errors
    /// As [`Runner::down`] and [`Runner::up`].
    pub async fn refresh(&self, report: &mut Report) -> Result<(), Error> {
        self.down(report, &Extent::All).await?;
        self.up(report, &Extent::All).await
    }

    /// Drops everything in the schema, whoever made it, and applies all migrations.
    ///
    /// # Errors
    /// [`Error::Dependants`] when something outside the schema needs an object inside it.
    pub async fn fresh(&self, report: &mut Report) -> Result<(), Error> {
        // What would stop `up` must not be found out when everything is gone.
        Standing::nothing_applied(self.service)?;
        if record::locate(self.connection, self.service)
            .await?
            .schema_exists
        {
            self.connection.reserve().await;
            let (transaction, pid) = self.begin("fresh").await?;
            let cancel = self.connection.cancel_on_drop(pid);
            let emptying = empty::empty_schema(&transaction, self.service);
            let dropped = self.watched("fresh", pid, emptying).await;
            cancel.disarm();
            let dropped = dropped?;
            self.commit(transaction, "empty the schema").await?;
            report.dropped = Some(dropped);
        }
        self.up(report, &Extent::All).await
    }

    /// Does the `work` of `task` in the server's process `pid`; if a lock was not free in time, the
    /// error tells who held it.
    async fn watched<T>(
        &self,
        task: &str,
        pid: i32,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let timeout = self.service.lock_timeout(self.settings, task, true);
        let (outcome, holders) = self.connection.watched(pid, timeout, work).await;
        outcome.map_err(|error| error.with_holders(holders))
    }

    /// Where the service stands, refusing a history that does not fit the list.
    async fn standing(&self, direction: Direction) -> Result<Standing, Error> {
        let mut standing = Standing::read(self.connection, self.service).await?;
        if !standing.names(State::Unfinished).is_empty() {
            // Another runner may be at it: only who holds the mutex knows.
            let (transaction, _) = self.begin("look for unfinished migrations").await?;
            standing = Standing::read(&transaction, self.service).await?;
            let refused = self.refuse_unfinished(&transaction, &standing).await;
            self.abandon(transaction).await;
            refused?;
        }
        self.refuse_misfit(&standing, direction)?;
        if standing.squashed {
            self.settle().await?;
        }
        Ok(standing)
    }

    pub(super) fn refuse_misfit(
        &self,
        standing: &Standing,
        direction: Direction,
    ) -> Result<(), Error> {
        standing.refuse_misfit(self.service, self.settings, direction)
    }

    async fn run(
        &self,
        report: &mut Report,
        goal: &[String],
        direction: Direction,
    ) -> Result<(), Error> {
        if !goal.is_empty() {
            self.connection.reserve().await;
        }
        let migrations = self.service.migrations();
        let mut memory = Memory::default();
        for (position, name) in goal.iter().enumerate() {
            let Some(migration) = migrations.iter().find(|migration| migration.name() == name)
            else {
                continue;
            };
            let step = Step {
                name,
                direction,
                migration: migration.as_ref(),
            };
            let started = Instant::now();
            // SeaORM's migrator gives a migration on PostgreSQL a transaction unless it says no.
            let transactional = migration.use_transaction().unwrap_or(true);
            let outcome = if transactional && !self.service.is_ending_transaction(name) {
                self.step(&step, &mut memory).await
            } else {
                self.step_outside(&step, transactional, &mut memory).await
            };
            match outcome {
                Ok(true) => report.migrations.push(Done {
                    name: name.clone(),
                    direction,
                    duration: started.elapsed(),
                }),
                Ok(false) => {}
                Err(Error::Migration(mut failure)) => {
                    failure.done = report.names(direction);
                    failure.not_done = goal[position + 1..].to_vec();
                    return Err(failure.into());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
