//! The loop that applies and rolls back a service's migrations.

use std::{ops::ControlFlow, time::Instant};

use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    Direction, Done, Extent, Report, Standing, State,
    bootstrap::{self, Attempt},
    empty,
    extent::{downwards, upwards},
    ledger,
    memory::Memory,
    patience::{Patience, Task},
    record,
    step::Step,
};
use crate::{Connection, DatabaseError, Error, Service, Settings};

const BOOTSTRAP: Task<'static> = Task {
    name: "bootstrap",
    action: "create the schema",
};
const RESET: Task<'static> = Task {
    name: "reset",
    action: "drop the migrations table",
};
const FRESH: Task<'static> = Task {
    name: "fresh",
    action: "empty the schema",
};

/// Is told of a run while it goes on.
pub trait Watcher: Send + Sync {
    /// `migration` of `service` begins to run.
    fn migration_started(&self, service: &Service, migration: &str, direction: Direction);
    /// Another runner holds the mutex of `service`'s schema.
    fn waiting(&self, service: &Service);
    /// A try of `migration`, or of what else the run does, was given up because of `error`; the next one
    /// begins when those that were in its way are gone.
    fn retrying(&self, service: &Service, migration: &str, error: &DatabaseError);
    /// The server sent `notice` while `migration` ran outside a transaction, as a backfill does about once
    /// a second.
    fn told(&self, _service: &Service, _migration: &str, _notice: &str) {}
}

/// A watcher that watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Watcher for Silent {
    fn migration_started(&self, _: &Service, _: &str, _: Direction) {}

    fn waiting(&self, _: &Service) {}

    fn retrying(&self, _: &Service, _: &str, _: &DatabaseError) {}
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
        if self.place().await?.schema_exists {
            return Ok(());
        }
        let mut patience = Patience::new();
        loop {
            let (transaction, watch) = self.begin_try(BOOTSTRAP.name, &patience).await?;
            let creating = bootstrap::create_schema(&transaction, self.service);
            let attempt = self.watched(&watch, creating).await;
            let created = attempt.map(|attempt| match attempt {
                Attempt::Created => Some(true),
                Attempt::AlreadyThere | Attempt::Raced => None,
            });
            let ended = self.end_try(BOOTSTRAP, transaction, &mut patience, created);
            let ended = ended.await?;
            report.schema_created |= ended == ControlFlow::Break(Some(true));
            // Whoever was faster may not have committed yet.
            if report.schema_created || self.place().await?.schema_exists {
                return Ok(());
            }
        }
    }

    async fn place(&self) -> Result<record::Place, Error> {
        record::locate(self.connection, self.service).await
    }

    /// Applies pending migrations, creating the schema and the migrations table first. Those that are for
    /// after the rollout wait ([`Report::after_rollout`]).
    ///
    /// # Errors
    /// [`Error::Migration`] when one fails; those before it stay applied.
    pub async fn up(&self, report: &mut Report, extent: &Extent) -> Result<(), Error> {
        let standing = Standing::read(self.connection, self.service).await?;
        self.up_from(report, extent, standing).await
    }

    /// [`Runner::up`] of a service that was at `standing` a moment ago.
    pub(crate) async fn up_from(
        &self,
        report: &mut Report,
        extent: &Extent,
        standing: Standing,
    ) -> Result<(), Error> {
        self.service.lockfile()?;
        let standing = self.settled(standing, Direction::Up).await?;
        let goal = upwards(self.service, &standing, extent)?;
        let waiting = standing.names(State::AfterRollout).into_iter();
        report.after_rollout = waiting.map(str::to_owned).collect();
        if goal.is_empty() {
            return Ok(());
        }
        if !standing.schema_exists {
            self.bootstrap(report).await?;
        }
        self.run(report, &goal, Direction::Up).await
    }

    /// Rolls applied migrations back, the last applied first.
    ///
    /// # Errors
    /// [`Error::Irreversible`] when one of them has no way back, and nothing is done; [`Error::Migration`] when
    /// one fails; those before it stay rolled back.
    pub async fn down(&self, report: &mut Report, extent: &Extent) -> Result<(), Error> {
        let standing = self.standing(Direction::Down).await?;
        let goal = downwards(self.service, &standing, extent)?;
        let mut irreversible = goal.iter().filter(|it| self.service.is_irreversible(it));
        if let Some(migration) = irreversible.next() {
            return Err(Error::Irreversible {
                service: self.service.name().to_owned(),
                migration: migration.clone(),
            });
        }
        self.run(report, &goal, Direction::Down).await
    }

    /// Rolls all migrations back and drops the migrations table and the ledger.
    ///
    /// # Errors
    /// As [`Runner::down`].
    pub async fn reset(&self, report: &mut Report) -> Result<(), Error> {
        let mut patience = Patience::new();
        loop {
            self.down(report, &Extent::All).await?;
            let place = self.place().await?;
            if !place.table_exists {
                return Ok(());
            }
            let (transaction, watch) = self.begin_try(RESET.name, &patience).await?;
            let dropping = self.drop_books(&transaction, &place);
            let outcome = self.watched(&watch, dropping).await;
            let ended = self.end_try(RESET, transaction, &mut patience, outcome);
            if let ControlFlow::Break(Some(())) = ended.await? {
                report.books_dropped = true;
                return Ok(());
            }
        }
    }

    /// Drops the tables that record migrations, unless another runner has applied something meanwhile.
    async fn drop_books(
        &self,
        transaction: &DatabaseTransaction,
        place: &record::Place,
    ) -> Result<Option<()>, Error> {
        let standing = Standing::read(transaction, self.service).await?;
        let standing = standing.resumed(self.service);
        self.refuse_unfinished(transaction, &standing).await?;
        if !standing.newest_first().is_empty() {
            return Ok(None);
        }
        record::drop_table(transaction, self.service).await?;
        if place.ledger_exists {
            ledger::drop_table(transaction, self.service).await?;
        }
        Ok(Some(()))
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
        if self.place().await?.schema_exists {
            self.connection.reserve().await;
            report.dropped = Some(self.empty().await?);
        }
        self.up(report, &Extent::All).await
    }

    /// Empties the schema; returns how many objects were dropped by name.
    async fn empty(&self) -> Result<usize, Error> {
        let mut patience = Patience::new();
        loop {
            let (transaction, watch) = self.begin_try(FRESH.name, &patience).await?;
            let emptying = empty::empty_schema(&transaction, self.service);
            let dropped = self.watched(&watch, emptying).await.map(Some);
            let ended = self.end_try(FRESH, transaction, &mut patience, dropped);
            if let ControlFlow::Break(Some(dropped)) = ended.await? {
                return Ok(dropped);
            }
        }
    }

    /// Where the service stands, refusing a history that does not fit the list.
    async fn standing(&self, direction: Direction) -> Result<Standing, Error> {
        let standing = Standing::read(self.connection, self.service).await?;
        self.settled(standing, direction).await
    }

    /// `standing` when nothing is unfinished, nothing is in the way of `direction`, and the rows of replaced
    /// migrations are replaced.
    async fn settled(
        &self,
        mut standing: Standing,
        direction: Direction,
    ) -> Result<Standing, Error> {
        if !standing.names(State::Unfinished).is_empty() {
            // Another runner may be at it: only who holds the mutex knows.
            let (transaction, _) = self.begin("look for unfinished migrations").await?;
            standing = Standing::read(&transaction, self.service).await?;
            standing = standing.resumed(self.service);
            let refused = self.refuse_unfinished(&transaction, &standing).await;
            self.abandon(transaction).await;
            refused?;
        }
        self.refuse_misfit(&standing, direction)?;
        if standing.squashed {
            self.settle().await?;
        }
        // An embedded server serves one process: no old code runs beside this one.
        let rolled_out = self.settings.after_rollout || self.connection.is_alone();
        Ok(standing.rolled_out_if(rolled_out))
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
