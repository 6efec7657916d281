//! One migration without a transaction, or that ends the one it is given: recorded as started before
//! it runs and as finished after, under the mutex of its session. What is cut off in between is *unfinished* until a person says
//! what became of it.

use std::time::Instant;

use sea_orm::{ConnectionTrait, DbErr, TransactionTrait};
use sea_orm_migration::SchemaManager;
use toolkit_text::identifier::quote_literal;

use super::{
    Left, Phase, Runner, Standing, State,
    ledger::{self, LedgerState},
    lock,
    memory::Memory,
    patience::Patience,
    step::{Step, Stop},
    transaction,
};
use crate::{
    DatabaseError, Error, Reader, Service,
    database::{Behind, Seen, Watch},
};

impl Runner<'_> {
    /// Runs one migration whose work and record are not one transaction: because it says so, or
    /// because it ends the transaction that it is given, which `transactional` ones are. A try whose
    /// first statement held others up while it waited for a lock is made again when those that were in
    /// its way are gone, if it left nothing. Returns false when another runner was faster.
    pub(super) async fn step_outside(
        &self,
        step: &Step<'_>,
        transactional: bool,
        memory: &mut Memory,
    ) -> Result<bool, Error> {
        self.refuse_pooler(step.name).await?;
        let mut patience = Patience::new();
        loop {
            let started = Instant::now();
            let outcome = self.try_outside(step, transactional, memory).await;
            let Err(Error::Migration(failure)) = &outcome else {
                return outcome;
            };
            if failure.left != Left::Nothing || !failure.source.is_wait() {
                return outcome;
            }
            if !self
                .may_try_again(&mut patience, step.name, &failure.source)
                .await
            {
                // As within a transaction, the failure is what the user must see.
                let _ = self
                    .record_failure(step, false, started.elapsed(), failure)
                    .await;
                return outcome;
            }
        }
    }

    /// Tries the migration once, in a session of its own.
    async fn try_outside(
        &self,
        step: &Step<'_>,
        transactional: bool,
        memory: &mut Memory,
    ) -> Result<bool, Error> {
        let session = self.connection.own_session().await;
        let session = session.map_err(Error::database("take the lock", self.service))?;
        let outcome = self.step_in_session(step, transactional, memory).await;
        let lost = match &outcome {
            Err(Error::Migration(failure)) => failure.source.is_disconnect(),
            Err(Error::Database { source, .. }) => source.is_disconnect(),
            Ok(_) | Err(_) => false,
        };
        if !lost {
            // Where the mutex was not taken there is nothing to release, and the server says so.
            let _ = lock::unlock(self.connection, self.service).await;
            let _ = self
                .connection
                .db()
                .execute_unprepared(transaction::RESET)
                .await;
        }
        session.release();
        match outcome {
            Err(Error::Migration(mut failure)) if failure.left == Left::Unknown => {
                if self.is_recorded(step).await == Some(true) {
                    return Ok(true);
                }
                failure.left = Left::Something;
                Err(failure.into())
            }
            outcome => outcome,
        }
    }

    async fn step_in_session(
        &self,
        step: &Step<'_>,
        transactional: bool,
        memory: &mut Memory,
    ) -> Result<bool, Error> {
        let pid = self.lock_session(step.name).await?;
        let db = self.connection.db();
        let Some(books) = self.still_to_do(self.connection, step, memory).await? else {
            return Ok(false);
        };
        self.create_tables(db, &books).await?;
        let invalid = invalid_indexes(self.connection, self.service).await?;
        let line = step.line(self.service, self.run, false);
        let id = line
            .start(self.connection)
            .await
            .map_err(Error::database("write the ledger", self.service))?;
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        let work = self.work(step, transactional, id);
        let watch = self.watch_outside(step, pid);
        let (outcome, seen) = self.connection.watched(&watch, work).await;
        let Err(stop) = outcome else {
            memory.wrote(step, books);
            return Ok(true);
        };
        Err(self.stopped(step, id, &invalid, stop, seen).await)
    }

    /// What the session is watched for: that it holds others up no longer than a transaction would.
    fn watch_outside(&self, step: &Step<'_>, pid: i32) -> Watch {
        let own = self.service.limits_of(step.name).lock_timeout;
        Watch {
            pid,
            timeout: own.unwrap_or(self.settings.lock_timeout),
            line: own.map_or(Behind::Briefly, |_| Behind::Anybody),
        }
    }

    /// Runs the migration and records it.
    async fn work(&self, step: &Step<'_>, transactional: bool, id: i64) -> Result<(), Stop> {
        let db = self.connection.db();
        let record = self.ending(step, id);
        let ends = self.service.is_ending_transaction(step.name);
        let hear = |notice: &str| self.watcher.told(self.service, step.name, notice);
        if ends && transactional {
            // As SeaORM's migrator runs it: what is open at its end is committed.
            let transaction = db.begin().await.map_err(Stop::at(Phase::Migration))?;
            step.run(&SchemaManager::new(&transaction), hear).await?;
            Step::write(&transaction, &record).await?;
            return transaction.commit().await.map_err(Stop::at(Phase::Commit));
        }
        let sent = step.run(&SchemaManager::new(db), hear).await?;
        let open = self
            .is_in_transaction()
            .await
            .map_err(Stop::at(Phase::Record))?;
        if open && !ends {
            let _ = db.execute_unprepared("ROLLBACK").await;
            return Err(Stop {
                phase: Phase::Ended,
                sent,
                error: left_open(step),
            });
        }
        Step::write(db, &record).await?;
        if open {
            let committed = db.execute_unprepared("COMMIT").await;
            committed.map_err(Stop::at(Phase::Commit))?;
        }
        Ok(())
    }

    /// The statements that record the migration: in one message, which is one transaction.
    fn ending(&self, step: &Step<'_>, id: i64) -> String {
        let record = step.record(self.service);
        let end = ledger::end(self.service, id, step.name, LedgerState::Finished, None);
        let limit = "SET LOCAL statement_timeout = 0";
        transaction::own(&[transaction::RESET_ROLE, limit, &record, &end])
    }

    /// Whether the session is in a transaction that an earlier message began: it is older than the
    /// statement that asks, or can do nothing any more.
    ///
    /// <https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT>
    async fn is_in_transaction(&self) -> Result<bool, DbErr> {
        let sql = "SELECT pg_catalog.transaction_timestamp() OPERATOR(pg_catalog.<) \
                   pg_catalog.statement_timestamp()";
        match self.connection.rows(sql).await {
            Ok(rows) => rows
                .first()
                .map_or(Ok(false), |row| row.try_get_by_index(0)),
            Err(error) if DatabaseError::is_in_failed_transaction(&error) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Records that the migration stopped. If its first statement failed, is one that does all or
    /// nothing, and left no invalid index, nothing of it is left; otherwise it is unfinished.
    async fn stopped(
        &self,
        step: &Step<'_>,
        id: i64,
        invalid_before: &[String],
        stop: Stop,
        seen: Seen,
    ) -> Error {
        let Stop { phase, sent, error } = stop;
        let error = DatabaseError::from(error).with_seen(seen);
        // Others may have committed something, as a procedure and DETACH … CONCURRENTLY do.
        let harmless = phase == Phase::Migration
            && sent.count == 1
            && sent.last.as_deref().is_some_and(is_all_or_nothing);
        let (lost, told, wait) = (error.is_disconnect(), error.is_report(), error.is_wait());
        let failure = |left| self.failed(step, phase, sent.last, error, left);
        if matches!(phase, Phase::Record | Phase::Commit) && !told {
            // The answer is missing, not the record perhaps.
            return failure(Left::Unknown);
        }
        if lost {
            // The row stays as it is, which says the same.
            return failure(Left::Something);
        }
        let Ok(invalid) = invalid_indexes(self.connection, self.service).await else {
            return failure(Left::Something);
        };
        let left = if harmless && invalid == invalid_before {
            Left::Nothing
        } else {
            Left::Something
        };
        let entry = match left {
            Left::Nothing => LedgerState::Failed,
            Left::Something | Left::Unknown => LedgerState::Unfinished,
        };
        let failure = failure(left);
        let told = match &failure {
            Error::Migration(failure) => failure.told(),
            other => other.to_string(),
        };
        let end = if wait && left == Left::Nothing {
            // It is done again, or recorded as failed when patience is over.
            ledger::take_back(self.service, id)
        } else {
            ledger::end(self.service, id, step.name, entry, Some(&told))
        };
        // If it cannot be written, the row says `started`, which is treated alike.
        let _ = self
            .connection
            .db()
            .execute_unprepared(&transaction::own(&[transaction::RESET_ROLE, &end]))
            .await;
        failure
    }

    /// Refuses while a migration is unfinished. To be asked under the mutex: nobody runs it now.
    pub(super) async fn refuse_unfinished(
        &self,
        db: &impl Reader,
        standing: &Standing,
    ) -> Result<(), Error> {
        let unfinished = standing
            .migrations
            .iter()
            .find(|migration| migration.state == State::Unfinished);
        let Some((migration, run)) = unfinished
            .and_then(|migration| Some((&migration.name, migration.unfinished.as_ref()?)))
        else {
            return Ok(());
        };
        Err(Error::Unfinished {
            service: self.service.name().to_owned(),
            migration: migration.clone(),
            run: Box::new(run.clone()),
            invalid: invalid_indexes(db, self.service).await?,
        })
    }

    /// A session's lock and settings mean nothing where a pooler gives each transaction another
    /// session.
    async fn refuse_pooler(&self, migration: &str) -> Result<(), Error> {
        if self.connection.is_pooled().await? {
            return Err(Error::Pooled {
                service: self.service.name().to_owned(),
                migration: migration.to_owned(),
            });
        }
        Ok(())
    }
}

fn left_open(step: &Step<'_>) -> DbErr {
    DbErr::Migration(format!(
        "the migration left a transaction open, with a BEGIN that has no COMMIT; it was rolled back, \
         for the service's definition does not say .ends_transaction({:?})",
        step.name
    ))
}

/// Whether `statement` is one, and does all of what it does or nothing, invalid indexes aside. What may
/// commit on its way does not: procedures, blocks, and what is done CONCURRENTLY to anything but an index.
fn is_all_or_nothing(statement: &str) -> bool {
    if statement.trim_end_matches([';', ' ', '\n']).contains(';') {
        return false;
    }
    let words = statement.split_whitespace().map(str::to_uppercase);
    let words: Vec<String> = words.collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["CREATE" | "DROP" | "REINDEX", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX", ..] => true,
        [
            "ALTER" | "CREATE" | "DROP" | "COMMENT" | "LOCK" | "TRUNCATE",
            ..,
        ] => !words.iter().any(|word| word.contains("CONCURRENTLY")),
        _ => false,
    }
}

/// The invalid indexes of the service's schema that nobody is building now, quoted where needed.
///
/// # Errors
/// [`Error::Database`] when they cannot be read.
pub async fn invalid_indexes(db: &impl Reader, service: &Service) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
         FROM pg_catalog.pg_index AS i \
         JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'i' \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND NOT i.indisvalid AND NOT EXISTS (\
         SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid) \
         ORDER BY 1",
        quote_literal(service.schema())
    );
    let read = async {
        let rows = db.rows(&sql).await?;
        rows.iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<Result<Vec<String>, DbErr>>()
    };
    read.await
        .map_err(Error::database("read the indexes", service))
}
