//! One migration in one direction, with its record, under the mutex of the schema.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use super::{
    Direction, LockHolder, MigrationFailure, Runner, Standing, State, lock, record, transaction,
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
    async fn run(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        match self.direction {
            Direction::Up => self.migration.up(manager).await,
            Direction::Down => self.migration.down(manager).await,
        }
    }

    async fn record(&self, db: &impl ConnectionTrait, service: &Service) -> Result<(), DbErr> {
        match self.direction {
            Direction::Up => record::insert(db, service, self.name).await,
            Direction::Down => record::delete(db, service, self.name).await,
        }
    }
}

impl Runner<'_> {
    /// Runs one migration in a transaction with its record. Returns false when another runner was
    /// faster.
    pub(super) async fn step(&self, step: &Step<'_>) -> Result<bool, Error> {
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
    pub(super) async fn step_outside(&self, step: &Step<'_>) -> Result<bool, Error> {
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
    pub(super) async fn begin(&self, task: &str) -> Result<DatabaseTransaction, Error> {
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
        rolled_back: bool,
    ) -> Error {
        Error::from(Box::new(MigrationFailure {
            service: self.service.name().to_owned(),
            migration: step.name.to_owned(),
            direction: step.direction,
            statement,
            rolled_back,
            done: Vec::new(),
            not_done: Vec::new(),
            source: DatabaseError::from(error),
        }))
    }
}
