//! One migration in one direction, with its record, under the mutex of the schema.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use super::{
    Direction, Left, LockHolder, MigrationFailure, Runner, Standing, State, lock, record,
    transaction,
};
use crate::{DatabaseError, Error, Service, database::last_statement};

/// How long a runner sleeps between two attempts to take the mutex.
const POLL: Duration = Duration::from_millis(100);

/// One migration to be run in one direction.
pub(super) struct Step<'a> {
    pub(super) name: &'a str,
    pub(super) direction: Direction,
    pub(super) migration: &'a dyn MigrationTrait,
}

impl Step<'_> {
    /// Runs the migration and its record; returns the outcome and the statement sent last.
    async fn run(
        &self,
        manager: &SchemaManager<'_>,
        db: &impl ConnectionTrait,
        service: &Service,
    ) -> (Result<(), DbErr>, Option<String>) {
        let work = async {
            match self.direction {
                Direction::Up => {
                    self.migration.up(manager).await?;
                    record::insert(db, service, self.name).await
                }
                Direction::Down => {
                    self.migration.down(manager).await?;
                    record::delete(db, service, self.name).await
                }
            }
        };
        let (outcome, statement) = last_statement(AssertUnwindSafe(work).catch_unwind()).await;
        (
            outcome.unwrap_or_else(|panic| Err(DbErr::Migration(told(&*panic)))),
            statement,
        )
    }
}

/// A migration that panics, as a generated `todo!()` does, fails like any other.
fn told(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!(
        "the migration panicked: {}",
        text.unwrap_or("without a message")
    )
}

impl Runner<'_> {
    /// Runs one migration in a transaction with its record. Returns false when another runner was
    /// faster.
    pub(super) async fn step(&self, step: &Step<'_>) -> Result<bool, Error> {
        let (transaction, pid) = self.begin(step.name).await?;
        if !self.still_to_do(&transaction, step).await? {
            return Ok(false);
        }
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        if step.direction == Direction::Up {
            record::create_table(&transaction, self.service).await?;
        }
        let cancel = self.connection.cancel_on_drop(pid);
        let manager = SchemaManager::new(&transaction);
        let (outcome, statement) = step.run(&manager, &transaction, self.service).await;
        cancel.disarm();
        if let Err(error) = outcome {
            // The connection may be gone; then the server rolls back by itself.
            let _ = transaction.rollback().await;
            return Err(self.failed(step, statement, error, Left::Nothing));
        }
        let commit = transaction.commit().await;
        commit.map_err(|error| {
            let commit = Some("COMMIT".to_owned());
            let lost = DatabaseError::is_disconnect_of(&error);
            self.failed(
                step,
                commit,
                error,
                if lost { Left::Unknown } else { Left::Nothing },
            )
        })?;
        Ok(true)
    }

    /// Runs one migration without a transaction, under the mutex of its session.
    pub(super) async fn step_outside(&self, step: &Step<'_>) -> Result<bool, Error> {
        if step.direction == Direction::Up {
            let (transaction, _) = self.begin(step.name).await?;
            record::create_table(&transaction, self.service).await?;
            self.commit(transaction, "create the migrations table")
                .await?;
        }
        self.connection.pin();
        let outcome = self.step_in_session(step).await;
        let lost = match &outcome {
            Err(Error::Migration(failure)) => failure.source.is_disconnect(),
            Err(Error::Database { source, .. }) => source.is_disconnect(),
            Ok(_) | Err(_) => false,
        };
        if !lost {
            let db = self.connection.db();
            // Where the mutex was not taken there is nothing to release, and the server says so.
            let _ = lock::unlock(db, self.service).await;
            let _ = db.execute_unprepared(transaction::RESET).await;
        }
        self.connection.unpin();
        outcome
    }

    async fn step_in_session(&self, step: &Step<'_>) -> Result<bool, Error> {
        let pid = self.lock_session(step.name).await?;
        let db = self.connection.db();
        if !self.still_to_do(db, step).await? {
            return Ok(false);
        }
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        let cancel = self.connection.cancel_on_drop(pid);
        let (outcome, statement) = step.run(&SchemaManager::new(db), db, self.service).await;
        cancel.disarm();
        outcome.map_err(|error| self.failed(step, statement, error, Left::Something))?;
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
    pub(super) async fn begin(&self, task: &str) -> Result<(DatabaseTransaction, i32), Error> {
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
            let locked = lock::try_lock(&transaction, self.service, scope).await;
            if let Some(pid) = locked.map_err(failed())? {
                return Ok((transaction, pid));
            }
            let holder = lock::holder(&transaction, self.service)
                .await
                .map_err(failed())?;
            transaction.rollback().await.map_err(failed())?;
            self.wait(started, holder).await?;
        }
    }

    async fn lock_session(&self, task: &str) -> Result<i32, Error> {
        let db = self.connection.db();
        let started = Instant::now();
        let failed = || Error::database("take the lock", self.service);
        let settings = transaction::session(self.service, self.settings, task);
        db.execute_unprepared(&settings).await.map_err(failed())?;
        loop {
            let locked = lock::try_lock(db, self.service, lock::Scope::Session).await;
            if let Some(pid) = locked.map_err(failed())? {
                return Ok(pid);
            }
            let holder = lock::holder(db, self.service).await.map_err(failed())?;
            self.wait(started, holder).await?;
        }
    }

    async fn wait(&self, started: Instant, holder: Option<LockHolder>) -> Result<(), Error> {
        if started.elapsed() >= self.settings.wait {
            return Err(Error::Locked {
                service: self.service.name().to_owned(),
                schema: self.service.schema().to_owned(),
                waited: self.settings.wait,
                holder: holder.map(Box::new),
            });
        }
        self.watcher.waiting(self.service);
        tokio::time::sleep(POLL).await;
        Ok(())
    }

    pub(super) async fn commit(
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
        error: DbErr,
        left: Left,
    ) -> Error {
        Error::from(Box::new(MigrationFailure {
            service: self.service.name().to_owned(),
            migration: step.name.to_owned(),
            direction: step.direction,
            statement,
            left,
            done: Vec::new(),
            not_done: Vec::new(),
            source: DatabaseError::from(error),
        }))
    }
}
