//! The loop that applies and rolls back a service's migrations.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use super::{
    Direction, Done, LockHolder, Report, Standing, State,
    bootstrap::{self, Attempt},
    empty, lock, record, transaction,
};
use crate::{Connection, DatabaseError, Error, Service, Settings, database::last_statement};

/// How long a runner sleeps between two attempts to take the mutex.
const POLL: Duration = Duration::from_millis(100);

/// How far a run goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// As far as there is anything to do.
    All,
    /// At most this many migrations.
    Count(u32),
    /// Up to and including this migration; downwards, until it is the last one applied.
    To(String),
}

/// Is told of a run while it goes on.
pub trait Watcher: Send + Sync {
    /// `migration` of `service` begins to run.
    fn migration_started(&self, service: &Service, migration: &str, direction: Direction);
    /// Another runner holds the mutex of `service`'s schema.
    fn waiting(&self, service: &Service);
}

/// A watcher that watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Watcher for Silent {
    fn migration_started(&self, _: &Service, _: &str, _: Direction) {}

    fn waiting(&self, _: &Service) {}
}

/// Runs one service's migrations over one connection.
///
/// Each migration runs in a transaction of its own, together with its record, under the schema's
/// mutex: whatever the number of runners, it is applied exactly once.
pub struct Runner<'a> {
    service: &'a Service,
    connection: &'a Connection,
    settings: &'a Settings,
    watcher: &'a dyn Watcher,
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
        }
    }

    /// Creates the service's schema if it is not there.
    ///
    /// # Errors
    /// [`Error::MayNotCreateSchema`] when the role may not and the schema is not there.
    pub async fn bootstrap(&self, report: &mut Report) -> Result<(), Error> {
        if record::locate(self.connection.db(), self.service)
            .await?
            .schema_exists
        {
            return Ok(());
        }
        loop {
            let transaction = self.begin("bootstrap").await?;
            match bootstrap::create_schema(&transaction, self.service).await? {
                Attempt::Created => {
                    self.commit(transaction, "create the schema").await?;
                    report.schema_created = true;
                    return Ok(());
                }
                Attempt::AlreadyThere => return Ok(()),
                Attempt::Raced => {}
            }
        }
    }

    /// Applies pending migrations, creating the schema and the migrations table first.
    ///
    /// # Errors
    /// [`Error::Migration`] when one fails; those before it stay applied.
    pub async fn up(&self, report: &mut Report, extent: &Extent) -> Result<(), Error> {
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

    /// Rolls all migrations back and drops the migrations table.
    ///
    /// # Errors
    /// As [`Runner::down`].
    pub async fn reset(&self, report: &mut Report) -> Result<(), Error> {
        self.down(report, &Extent::All).await?;
        if !record::locate(self.connection.db(), self.service)
            .await?
            .table_exists
        {
            return Ok(());
        }
        let transaction = self.begin("reset").await?;
        record::drop_table(&transaction, self.service).await?;
        self.commit(transaction, "drop the migrations table").await
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
        if record::locate(self.connection.db(), self.service)
            .await?
            .schema_exists
        {
            let transaction = self.begin("fresh").await?;
            let dropped = empty::empty_schema(&transaction, self.service).await?;
            self.commit(transaction, "empty the schema").await?;
            report.dropped = Some(dropped);
        }
        self.up(report, &Extent::All).await
    }

    /// Where the service stands, refusing a history that does not fit the list.
    async fn standing(&self, direction: Direction) -> Result<Standing, Error> {
        let standing = Standing::read(self.connection.db(), self.service).await?;
        self.refuse_misfit(&standing, direction)?;
        Ok(standing)
    }

    fn refuse_misfit(&self, standing: &Standing, direction: Direction) -> Result<(), Error> {
        let service = || self.service.name().to_owned();
        let names = |state| -> Vec<String> {
            standing
                .names(state)
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        let missing = names(State::Missing);
        if !missing.is_empty() {
            return Err(Error::Missing {
                service: service(),
                names: missing,
            });
        }
        let inserted = names(State::OutOfOrder);
        let allowed = self.settings.allow_out_of_order || direction == Direction::Down;
        match standing.names(State::Applied).last() {
            Some(applied) if !inserted.is_empty() && !allowed => Err(Error::OutOfOrder {
                service: service(),
                names: inserted,
                applied: (*applied).to_owned(),
            }),
            _ => Ok(()),
        }
    }

    async fn run(
        &self,
        report: &mut Report,
        goal: &[String],
        direction: Direction,
    ) -> Result<(), Error> {
        let migrations = self.service.migrations();
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
            let outcome = match migration.use_transaction() {
                Some(false) => self.step_outside(&step).await,
                Some(true) | None => self.step(&step).await,
            };
            match outcome {
                Ok(true) => report.migrations.push(Done {
                    name: name.clone(),
                    direction,
                    duration: started.elapsed(),
                }),
                Ok(false) => {}
                Err(error) => {
                    return Err(
                        error.in_run(report.names(direction), goal[position + 1..].to_vec())
                    );
                }
            }
        }
        Ok(())
    }

    /// Runs one migration in a transaction with its record. Returns false when another runner was
    /// faster.
    async fn step(&self, step: &Step<'_>) -> Result<bool, Error> {
        let transaction = self.begin(step.name).await?;
        if !self.still_to_do(&transaction, step).await? {
            return Ok(false);
        }
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        if step.direction == Direction::Up {
            record::create_table(&transaction, self.service).await?;
        }
        let manager = SchemaManager::new(&transaction);
        let (outcome, statement) = last_statement(async {
            step.run(&manager).await?;
            step.record(&transaction, self.service).await
        })
        .await;
        if let Err(error) = outcome {
            // The connection may be gone; then the server rolls back by itself.
            let _ = transaction.rollback().await;
            return Err(self.failed(step, statement, error, true));
        }
        let commit = transaction.commit().await;
        commit.map_err(|error| self.failed(step, Some("COMMIT".to_owned()), error, true))?;
        Ok(true)
    }

    /// Runs one migration without a transaction, under the mutex of its session.
    async fn step_outside(&self, step: &Step<'_>) -> Result<bool, Error> {
        let db = self.connection.db();
        if step.direction == Direction::Up {
            let transaction = self.begin(step.name).await?;
            record::create_table(&transaction, self.service).await?;
            self.commit(transaction, "create the migrations table")
                .await?;
        }
        self.connection.pin();
        self.lock_session(step.name).await?;
        let outcome = self.step_locked(step).await;
        // After a lost connection nothing is left to release.
        let _ = lock::unlock(db, self.service).await;
        let _ = db.execute_unprepared(transaction::RESET).await;
        self.connection.unpin();
        outcome
    }

    async fn step_locked(&self, step: &Step<'_>) -> Result<bool, Error> {
        let db = self.connection.db();
        if !self.still_to_do(db, step).await? {
            return Ok(false);
        }
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        let manager = SchemaManager::new(db);
        let (outcome, statement) = last_statement(async {
            step.run(&manager).await?;
            step.record(db, self.service).await
        })
        .await;
        outcome.map_err(|error| self.failed(step, statement, error, false))?;
        Ok(true)
    }

    /// Reads the history again under the mutex: another runner may have been here since.
    async fn still_to_do(&self, db: &impl ConnectionTrait, step: &Step<'_>) -> Result<bool, Error> {
        let standing = Standing::read(db, self.service).await?;
        self.refuse_misfit(&standing, step.direction)?;
        let state = standing
            .migrations
            .iter()
            .find(|migration| migration.name == step.name);
        let applied = state.is_some_and(|migration| migration.state == State::Applied);
        Ok(applied == (step.direction == Direction::Down))
    }

    /// Begins a transaction that holds the mutex and is set up for `task`.
    async fn begin(&self, task: &str) -> Result<DatabaseTransaction, Error> {
        let started = Instant::now();
        let failed = || Error::database("begin a transaction", self.service);
        loop {
            let transaction = self.connection.db().begin().await.map_err(failed())?;
            let settings = transaction::begin(self.service, self.settings, task);
            transaction
                .execute_unprepared(&settings)
                .await
                .map_err(failed())?;
            let scope = lock::Scope::Transaction;
            if lock::try_lock(&transaction, self.service, scope)
                .await
                .map_err(failed())?
            {
                return Ok(transaction);
            }
            let holder = lock::holder(&transaction, self.service)
                .await
                .map_err(failed())?;
            transaction.rollback().await.map_err(failed())?;
            self.wait(started, holder).await?;
        }
    }

    async fn lock_session(&self, task: &str) -> Result<(), Error> {
        let db = self.connection.db();
        let started = Instant::now();
        let failed = || Error::database("take the lock", self.service);
        let settings = transaction::session(self.service, self.settings, task);
        db.execute_unprepared(&settings).await.map_err(failed())?;
        while !lock::try_lock(db, self.service, lock::Scope::Session)
            .await
            .map_err(failed())?
        {
            let holder = lock::holder(db, self.service).await.map_err(failed())?;
            self.wait(started, holder).await?;
        }
        Ok(())
    }

    async fn wait(&self, started: Instant, holder: Option<LockHolder>) -> Result<(), Error> {
        if started.elapsed() >= self.settings.wait {
            return Err(Error::Locked {
                service: self.service.name().to_owned(),
                schema: self.service.schema().to_owned(),
                waited: self.settings.wait,
                holder,
            });
        }
        self.watcher.waiting(self.service);
        tokio::time::sleep(POLL).await;
        Ok(())
    }

    async fn commit(
        &self,
        transaction: DatabaseTransaction,
        action: &'static str,
    ) -> Result<(), Error> {
        transaction
            .commit()
            .await
            .map_err(Error::database(action, self.service))
    }

    fn failed(
        &self,
        step: &Step<'_>,
        statement: Option<String>,
        error: sea_orm::DbErr,
        rolled_back: bool,
    ) -> Error {
        Error::Migration {
            service: self.service.name().to_owned(),
            migration: step.name.to_owned(),
            direction: step.direction,
            statement,
            rolled_back,
            done: Vec::new(),
            not_done: Vec::new(),
            source: DatabaseError::from(error),
        }
    }
}

/// One migration to be run in one direction.
struct Step<'a> {
    name: &'a str,
    direction: Direction,
    migration: &'a dyn MigrationTrait,
}

impl Step<'_> {
    async fn run(&self, manager: &SchemaManager<'_>) -> Result<(), sea_orm::DbErr> {
        match self.direction {
            Direction::Up => self.migration.up(manager).await,
            Direction::Down => self.migration.down(manager).await,
        }
    }

    async fn record(
        &self,
        db: &impl ConnectionTrait,
        service: &Service,
    ) -> Result<(), sea_orm::DbErr> {
        match self.direction {
            Direction::Up => record::insert(db, service, self.name).await,
            Direction::Down => record::delete(db, service, self.name).await,
        }
    }
}

/// The migrations to apply, in order.
fn upwards(service: &Service, standing: &Standing, extent: &Extent) -> Result<Vec<String>, Error> {
    let mut goal: Vec<&str> = standing.pending();
    match extent {
        Extent::All => {}
        Extent::Count(count) => goal.truncate(usize::try_from(*count).unwrap_or(usize::MAX)),
        Extent::To(name) => {
            let end = position(service, name)?;
            let within: BTreeSet<String> = service
                .migrations()
                .iter()
                .take(end + 1)
                .map(|m| m.name().to_owned())
                .collect();
            goal.retain(|name| within.contains(*name));
        }
    }
    Ok(goal.into_iter().map(str::to_owned).collect())
}

/// The migrations to roll back, in order.
fn downwards(
    service: &Service,
    standing: &Standing,
    extent: &Extent,
) -> Result<Vec<String>, Error> {
    let mut goal = standing.newest_first();
    match extent {
        Extent::All => {}
        Extent::Count(count) => goal.truncate(usize::try_from(*count).unwrap_or(usize::MAX)),
        Extent::To(name) => {
            position(service, name)?;
            let Some(end) = goal.iter().position(|applied| applied == name) else {
                return Err(Error::NotApplied {
                    service: service.name().to_owned(),
                    migration: name.clone(),
                });
            };
            goal.truncate(end);
        }
    }
    Ok(goal.into_iter().map(str::to_owned).collect())
}

fn position(service: &Service, name: &str) -> Result<usize, Error> {
    let migrations = service.migrations();
    migrations
        .iter()
        .position(|migration| migration.name() == name)
        .ok_or_else(|| Error::UnknownMigration {
            service: service.name().to_owned(),
            migration: name.to_owned(),
            known: migrations
                .iter()
                .map(|migration| migration.name().to_owned())
                .collect(),
        })
}
