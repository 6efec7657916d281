//! One migration in one direction, in a transaction with its record, under the mutex of the schema.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use backon::BackoffBuilder;
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use uuid::Uuid;

use super::{
    Direction, Left, MigrationFailure, Runner, Standing, State,
    ledger::{self, LedgerState, Line},
    record, transaction,
};
use crate::{
    DatabaseError, Error, Reader, Service,
    database::{FORGET, Sent, identifier, sent},
};

/// The first pause before a migration that could not get a lock is tried again. Each further one is
/// twice as long, give or take as much, so that sessions that queue behind the migration get on.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The mark that a migration's transaction is still the one that the runner began.
const SAVEPOINT: &str = "toolkit_migration";
/// How long a server that was lost during COMMIT is asked what became of it.
const PATIENCE: Duration = Duration::from_secs(15);

/// One migration to be run in one direction.
pub(super) struct Step<'a> {
    pub(super) name: &'a str,
    pub(super) direction: Direction,
    pub(super) migration: &'a dyn MigrationTrait,
}

impl<'a> Step<'a> {
    /// Runs the migration, then `record`, the statements that say so; returns what was sent.
    pub(super) async fn run(
        &self,
        manager: &SchemaManager<'_>,
        db: &impl ConnectionTrait,
        record: &str,
    ) -> (Result<(), DbErr>, Sent) {
        let work = async {
            match self.direction {
                Direction::Up => self.migration.up(manager).await,
                Direction::Down => self.migration.down(manager).await,
            }?;
            db.execute_unprepared(record).await.map(drop)
        };
        let (outcome, sent) = sent(AssertUnwindSafe(work).catch_unwind()).await;
        let outcome = outcome.unwrap_or_else(|panic| Err(DbErr::Migration(told(&*panic))));
        (outcome, sent)
    }

    /// The statement that changes `seaql_migrations`.
    pub(super) fn record(&self, service: &Service) -> String {
        match self.direction {
            Direction::Up => record::insert(service, self.name),
            Direction::Down => record::delete(service, self.name),
        }
    }

    pub(super) fn line(&self, service: &'a Service, run: Uuid, transactional: bool) -> Line<'a> {
        Line {
            service,
            run,
            migration: self.name,
            direction: self.direction,
            transactional,
        }
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

/// What the database said, if the same may succeed in a moment.
fn may_pass(error: &Error) -> Option<&DatabaseError> {
    match error {
        Error::Migration(failure) => {
            let passes = failure.left == Left::Nothing && failure.source.is_transient();
            passes.then_some(&failure.source)
        }
        // Two migrators that do not know of each other make the tables at the same time.
        Error::Database { source, .. } => {
            (source.is_transient() || source.is_duplicate()).then_some(source)
        }
        _ => None,
    }
}

impl Runner<'_> {
    /// Runs one migration in a transaction with its record. An attempt that could not get a lock in
    /// time is given up, so that nobody queues behind it, and tried again after a pause. Returns
    /// false when another runner was faster.
    pub(super) async fn step(&self, step: &Step<'_>) -> Result<bool, Error> {
        let mut pauses = backon::ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(usize::try_from(self.settings.lock_retries).unwrap_or(usize::MAX))
            .with_jitter()
            .build()
            .peekable();
        loop {
            let started = Instant::now();
            // Nobody needs to know who was in the way of an attempt that another one follows.
            let patience = match pauses.peek() {
                Some(_) => Duration::ZERO,
                None => self.service.lock_timeout(self.settings, step.name, true),
            };
            let error = match self.attempt(step, patience).await {
                Err(error) => error,
                done => return done,
            };
            if let Some(source) = may_pass(&error)
                && let Some(pause) = pauses.next()
            {
                self.watcher
                    .retrying(self.service, step.name, pause, source);
                tokio::time::sleep(pause).await;
                continue;
            }
            if let Error::Migration(failure) = &error
                && self.makes_role(failure).await
            {
                continue;
            }
            if let Error::Migration(failure) = &error
                && !failure.source.is_disconnect()
            {
                // The failure itself is what the user must see; its record is for `history`, and
                // for the next run if something is left.
                let _ = self.record_failure(step, started.elapsed(), failure).await;
            }
            return Err(error);
        }
    }

    /// Makes the role that the migration missed, where nobody else can: in an embedded database.
    async fn makes_role(&self, failure: &MigrationFailure) -> bool {
        let missing = failure.source.missing_role();
        let is_ours = self.connection.is_alone() && failure.left == Left::Nothing;
        let Some(role) = missing.filter(|_| is_ours) else {
            return false;
        };
        let sql = format!("CREATE ROLE {}", identifier(role));
        self.connection.db().execute_unprepared(&sql).await.is_ok()
    }

    /// Tries the migration once. Whoever makes it wait for most of `patience` is told.
    async fn attempt(&self, step: &Step<'_>, patience: Duration) -> Result<bool, Error> {
        let (transaction, pid) = self.begin(step.name).await?;
        let prepared = match self.still_to_do(&transaction, step).await {
            Ok(Some(standing)) => self.prepare(&transaction, &standing).await.map(|()| true),
            Ok(None) => Ok(false),
            Err(error) => Err(error),
        };
        if !matches!(prepared, Ok(true)) {
            self.abandon(transaction).await;
            return prepared;
        }
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        let cancel = self.connection.cancel_on_drop(pid);
        let manager = SchemaManager::new(&transaction);
        let record = step.record(self.service);
        let line = step.line(self.service, self.run, true);
        let ledger = line.insert(LedgerState::Finished, ledger::BEGAN, None);
        // What a migration has SET for its session must not reach who gets the session next.
        let reset = transaction::RESET_ROLE;
        let record = transaction::own(&[&record, &ledger]);
        let record =
            format!("RELEASE SAVEPOINT {SAVEPOINT}; {reset}; {record}; RESET ALL; {FORGET}");
        let work = step.run(&manager, &transaction, &record);
        let ((outcome, sent), holders) = self.connection.watched(pid, patience, work).await;
        cancel.disarm();
        if let Err(error) = outcome {
            let error = DatabaseError::from(error).with_holders(holders);
            return Err(self.given_up(step, transaction, sent, error).await);
        }
        match transaction.commit().await {
            Ok(()) => Ok(true),
            Err(error) => self.ask_about_commit(step, error).await,
        }
    }

    /// Makes what a migration needs, and a mark that its transaction is still the one it began in.
    async fn prepare(
        &self,
        transaction: &DatabaseTransaction,
        standing: &Standing,
    ) -> Result<(), Error> {
        self.create_tables(transaction, standing).await?;
        match transaction
            .execute_unprepared(&format!(
                "{}; SAVEPOINT {SAVEPOINT}",
                transaction::path(self.service)
            ))
            .await
        {
            Ok(_) => Ok(()),
            Err(source) => Err(Error::database("begin a migration", self.service)(source)),
        }
    }

    /// Rolls back a migration that failed. Where the mark is gone, the migration has ended its
    /// transaction itself, and what it did before is there.
    async fn given_up(
        &self,
        step: &Step<'_>,
        transaction: DatabaseTransaction,
        sent: Sent,
        error: DatabaseError,
    ) -> Error {
        let back = format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}");
        let marked = transaction.execute_unprepared(&back).await;
        let marked = marked.map_err(DatabaseError::from);
        self.abandon(transaction).await;
        match marked {
            Err(gone) if gone.is_no_savepoint() => {
                let told = "the migration ended its transaction itself, with COMMIT or ROLLBACK";
                let told = if error.is_no_savepoint() {
                    told.to_owned()
                } else {
                    format!("{error}; {told}")
                };
                let last = sent.last.filter(|last| !last.starts_with("RELEASE"));
                self.failed(step, last, DbErr::Migration(told), Left::Something)
            }
            _ => self.failed(step, sent.last, error, Left::Nothing),
        }
    }

    /// What became of a COMMIT that failed: if the connection was lost, the server is asked, for it
    /// may have been lost before the commit or after it.
    async fn ask_about_commit(&self, step: &Step<'_>, error: DbErr) -> Result<bool, Error> {
        let lost = DatabaseError::is_disconnect_of(&error);
        let failed = |left| self.failed(step, Some("COMMIT".to_owned()), error, left);
        if !lost {
            return Err(failed(Left::Nothing));
        }
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            tokio::time::sleep(FIRST_PAUSE).await;
            // Under the mutex, so the transaction that was lost has ended.
            let Ok((transaction, _)) = self.begin(step.name).await else {
                continue;
            };
            let still = self.still_to_do(&transaction, step).await;
            self.abandon(transaction).await;
            return match still {
                Ok(None) => Ok(true),
                Ok(Some(_)) => Err(failed(Left::Nothing)),
                Err(_) => Err(failed(Left::Unknown)),
            };
        }
        Err(failed(Left::Unknown))
    }

    async fn record_failure(
        &self,
        step: &Step<'_>,
        elapsed: Duration,
        failure: &MigrationFailure,
    ) -> Result<(), Error> {
        let (transaction, _) = self.begin(step.name).await?;
        ledger::create_table(&transaction, self.service).await?;
        let line = step.line(self.service, self.run, true);
        let state = match failure.left {
            Left::Nothing => LedgerState::Failed,
            Left::Something | Left::Unknown => LedgerState::Unfinished,
        };
        let insert = line.failed(state, elapsed, &failure.told());
        transaction
            .execute_unprepared(&insert)
            .await
            .map_err(Error::database("write the ledger", self.service))?;
        self.commit(transaction, "write the ledger").await
    }

    /// Creates the migrations table and the ledger, as far as they are not there.
    pub(super) async fn create_tables(
        &self,
        db: &impl ConnectionTrait,
        standing: &Standing,
    ) -> Result<(), Error> {
        if !standing.table_exists {
            record::create_table(db, self.service).await?;
        }
        if !standing.ledger_exists {
            ledger::create_table(db, self.service).await?;
        }
        Ok(())
    }

    /// Reads the history again under the mutex: another runner may have been here since. Returns
    /// where the service stands if the step is still to be done.
    pub(super) async fn still_to_do(
        &self,
        db: &impl Reader,
        step: &Step<'_>,
    ) -> Result<Option<Standing>, Error> {
        let standing = Standing::read(db, self.service).await?;
        self.refuse_misfit(&standing, step.direction)?;
        self.refuse_unfinished(db, &standing).await?;
        let applied = standing
            .migrations
            .iter()
            .find(|migration| migration.name == step.name)
            .is_some_and(|migration| matches!(migration.state, State::Applied | State::Edited));
        if applied != (step.direction == Direction::Down) {
            return Ok(None);
        }
        let next = match step.direction {
            Direction::Up => standing.pending().first().copied(),
            Direction::Down => standing.newest_first().first().copied(),
        };
        match next {
            Some(next) if next != step.name => Err(Error::Overtaken {
                service: self.service.name().to_owned(),
                migration: step.name.to_owned(),
                next: next.to_owned(),
            }),
            _ => Ok(Some(standing)),
        }
    }

    pub(super) fn failed(
        &self,
        step: &Step<'_>,
        statement: Option<String>,
        error: impl Into<DatabaseError>,
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
            source: error.into(),
        }))
    }
}
