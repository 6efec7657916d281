//! One migration in one direction, under the mutex of the schema, tried until nobody is in its way.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use toolkit_text::identifier::quote_always;
use uuid::Uuid;

use super::{
    Direction, Left, MigrationFailure, Phase, Runner,
    ledger::{self, LedgerState, Line},
    memory::Memory,
    patience::Patience,
    record,
};
use crate::{
    DatabaseError, Error, Service,
    database::{Sent, sent},
};

/// One migration to be run in one direction.
pub(super) struct Step<'a> {
    pub(super) name: &'a str,
    pub(super) direction: Direction,
    pub(super) migration: &'a dyn MigrationTrait,
}

/// Where one try of a migration stopped.
pub(super) struct Stop {
    pub(super) phase: Phase,
    /// What the migration had sent.
    pub(super) sent: Sent,
    pub(super) error: DbErr,
}

impl Stop {
    /// For `map_err`: it stopped at `phase`, after the migration itself.
    pub(super) fn at(phase: Phase) -> impl FnOnce(DbErr) -> Self {
        move |error| Self {
            phase,
            sent: Sent::default(),
            error,
        }
    }
}

impl<'a> Step<'a> {
    /// Runs the migration; returns what it sent. `hear` is told what the server says meanwhile.
    pub(super) async fn run(
        &self,
        manager: &SchemaManager<'_>,
        hear: impl Fn(&str),
    ) -> Result<Sent, Stop> {
        let work = async {
            match self.direction {
                Direction::Up => self.migration.up(manager).await,
                Direction::Down => self.migration.down(manager).await,
            }
        };
        let (outcome, sent) = sent(AssertUnwindSafe(work).catch_unwind(), hear).await;
        match outcome.unwrap_or_else(|panic| Err(DbErr::Migration(told(&*panic)))) {
            Ok(()) => Ok(sent),
            Err(error) => Err(Stop {
                phase: Phase::Migration,
                sent,
                error,
            }),
        }
    }

    /// Sends `record`, the statements that say that the migration ran.
    pub(super) async fn write(db: &impl ConnectionTrait, record: &str) -> Result<(), Stop> {
        let written = db.execute_unprepared(record).await;
        written.map(drop).map_err(Stop::at(Phase::Record))
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
            // SeaORM's own migrator, which does not know of the mutex, may have recorded the same.
            let raced = failure.phase == Phase::Record && failure.source.is_duplicate();
            let passes = failure.source.is_transient() || raced;
            (failure.left == Left::Nothing && passes).then_some(&failure.source)
        }
        // Two migrators that do not know of each other make the tables at the same time.
        Error::Database { source, .. } => {
            (source.is_transient() || source.is_duplicate()).then_some(source)
        }
        _ => None,
    }
}

impl Runner<'_> {
    /// Runs one migration in a transaction with its record. A try that could not get a lock in time
    /// is given up, so that nobody queues behind it, and made again when those that were in its way are
    /// gone. Returns false when another runner was faster.
    pub(super) async fn step(&self, step: &Step<'_>, memory: &mut Memory) -> Result<bool, Error> {
        let mut patience = Patience::new();
        loop {
            let started = Instant::now();
            let error = match self.attempt(step, &patience, memory).await {
                Err(error) => error,
                done => return done,
            };
            if let Some(source) = may_pass(&error)
                && self.may_try_again(&mut patience, step.name, source).await
            {
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
                let _ = self
                    .record_failure(step, true, started.elapsed(), failure)
                    .await;
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
        let sql = format!("CREATE ROLE {}", quote_always(role));
        self.connection.db().execute_unprepared(&sql).await.is_ok()
    }

    pub(super) async fn record_failure(
        &self,
        step: &Step<'_>,
        transactional: bool,
        elapsed: Duration,
        failure: &MigrationFailure,
    ) -> Result<(), Error> {
        let (transaction, _) = self.begin(step.name).await?;
        // The first migration of all made them, and they were rolled back with it.
        record::create_table(&transaction, self.service).await?;
        ledger::create_table(&transaction, self.service).await?;
        let line = step.line(self.service, self.run, transactional);
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

    pub(super) fn failed(
        &self,
        step: &Step<'_>,
        phase: Phase,
        statement: Option<String>,
        error: impl Into<DatabaseError>,
        left: Left,
    ) -> Error {
        Error::from(Box::new(MigrationFailure {
            service: self.service.name().to_owned(),
            migration: step.name.to_owned(),
            direction: step.direction,
            phase,
            statement,
            left,
            resumable: self.service.is_resumable(step.name),
            done: Vec::new(),
            not_done: Vec::new(),
            source: error.into(),
        }))
    }
}
