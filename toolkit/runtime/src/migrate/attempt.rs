//! One try of a migration in a transaction with its record, and what becomes of it.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use sea_orm_migration::SchemaManager;

use super::{
    Left, Phase, Runner,
    ledger::{self, LedgerState},
    memory::{Books, Memory},
    patience::Patience,
    step::{Step, Stop},
    transaction,
};
use crate::{DatabaseError, Error, database::FORGET};

/// The mark that a migration's transaction is still the one that the runner began.
const SAVEPOINT: &str = "toolkit_migration";
/// How long a server is asked what became of a message whose answer could not be read.
const ANSWER: Duration = Duration::from_secs(15);
/// The pause between two such questions.
const PAUSE: Duration = Duration::from_millis(500);

impl Runner<'_> {
    /// Tries the migration once. Whoever makes it wait is told.
    pub(super) async fn attempt(
        &self,
        step: &Step<'_>,
        patience: &Patience,
        memory: &mut Memory,
    ) -> Result<bool, Error> {
        let (transaction, watch) = self.begin_try(step.name, patience).await?;
        let preparing = self.prepared(&transaction, step, memory);
        let (prepared, seen) = self.connection.watched(&watch, preparing).await;
        let books = match prepared {
            Ok(Some(books)) => books,
            Ok(None) => {
                self.abandon(transaction).await;
                return Ok(false);
            }
            Err(error) => {
                self.abandon(transaction).await;
                return Err(error.with_seen(seen));
            }
        };
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        let cancel = self.connection.cancel_on_drop(watch.pid);
        let manager = SchemaManager::new(&transaction);
        let record = self.recording(step);
        let work = async {
            step.run(&manager, |_| {}).await?;
            Step::write(&transaction, &record).await
        };
        let (outcome, seen) = self.connection.watched(&watch, work).await;
        cancel.disarm();
        if let Err(Stop { phase, sent, error }) = outcome {
            let error = DatabaseError::from(error).with_seen(seen);
            return Err(self
                .given_up(step, transaction, phase, sent.last, error)
                .await);
        }
        let done = match transaction.commit().await {
            Ok(()) => true,
            Err(error) => self.ask_about_commit(step, error).await?,
        };
        memory.wrote(step, books);
        Ok(done)
    }

    /// Looks whether the migration is still to be done, and makes ready for it.
    async fn prepared(
        &self,
        transaction: &DatabaseTransaction,
        step: &Step<'_>,
        memory: &mut Memory,
    ) -> Result<Option<Books>, Error> {
        let books = self.still_to_do(transaction, step, memory).await?;
        if let Some(books) = &books {
            self.prepare(transaction, books).await?;
        }
        Ok(books)
    }

    /// Makes what a migration needs, and a mark that its transaction is still the one it began in.
    async fn prepare(&self, transaction: &DatabaseTransaction, books: &Books) -> Result<(), Error> {
        self.create_tables(transaction, books).await?;
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

    /// The statements that record the migration. The mark comes last: as long as it is there, a record
    /// that is refused is known to be rolled back with the migration.
    fn recording(&self, step: &Step<'_>) -> String {
        let record = step.record(self.service);
        let line = step.line(self.service, self.run, true);
        let ledger = line.insert(LedgerState::Finished, ledger::BEGAN, None);
        let (role, clean) = (transaction::RESET_ROLE, transaction::CLEAN);
        // A migration may have SET limits of its own, as scripts of pg_dump do.
        let limits = transaction::limits(self.service, self.settings, step.name);
        let record = transaction::own(&[role, &limits, &record, &ledger]);
        format!("{record}; {clean}; {FORGET}; RELEASE SAVEPOINT {SAVEPOINT}")
    }

    /// Rolls back a migration that failed. Where the mark is gone, the migration has ended its
    /// transaction itself, and what it did before is there.
    async fn given_up(
        &self,
        step: &Step<'_>,
        transaction: DatabaseTransaction,
        phase: Phase,
        statement: Option<String>,
        error: DatabaseError,
    ) -> Error {
        let back = format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}");
        let marked = transaction.execute_unprepared(&back).await;
        let marked = marked.map_err(DatabaseError::from);
        // Session locks outlive a rollback.
        let _ = transaction.execute_unprepared(transaction::UNLOCK).await;
        self.abandon(transaction).await;
        match marked {
            Err(gone) if gone.is_no_savepoint() => {
                // What it SET was committed with what it did.
                let db = self.connection.db();
                let _ = db.execute_unprepared(transaction::RESET).await;
                let told = format!(
                    "the migration ended its transaction itself, with COMMIT or ROLLBACK, and the \
                     service's definition does not say .ends_transaction({:?})",
                    step.name
                );
                let told = if error.is_no_savepoint() {
                    told
                } else {
                    format!("{error}; {told}")
                };
                let told = DbErr::Migration(told);
                self.failed(step, Phase::Ended, statement, told, Left::Something)
            }
            _ => self.failed(step, phase, statement, error, Left::Nothing),
        }
    }

    /// What became of a COMMIT that failed. What the server says of it is true; where it could not
    /// be read, the server is asked, for the answer may have been lost or garbled either way.
    async fn ask_about_commit(&self, step: &Step<'_>, error: DbErr) -> Result<bool, Error> {
        let error = DatabaseError::from(error);
        let recorded = if error.is_report() {
            Some(false)
        } else {
            self.is_recorded(step).await
        };
        let left = match recorded {
            Some(true) => return Ok(true),
            Some(false) => Left::Nothing,
            None => Left::Unknown,
        };
        let statement = Some("COMMIT".to_owned());
        Err(self.failed(step, Phase::Commit, statement, error, left))
    }

    /// Whether the database has the step recorded as done, asked over a new session; nothing when it
    /// does not say.
    pub(super) async fn is_recorded(&self, step: &Step<'_>) -> Option<bool> {
        self.connection.renew();
        let started = Instant::now();
        while started.elapsed() < ANSWER {
            tokio::time::sleep(PAUSE).await;
            // Under the mutex, so the transaction that was lost has ended.
            let Ok((transaction, _)) = self.begin(step.name).await else {
                continue;
            };
            let still = self
                .still_to_do(&transaction, step, &mut Memory::default())
                .await;
            self.abandon(transaction).await;
            return match still {
                Ok(None) => Some(true),
                Ok(Some(_)) | Err(Error::Overtaken { .. } | Error::Unfinished { .. }) => {
                    Some(false)
                }
                Err(_) => None,
            };
        }
        None
    }
}
