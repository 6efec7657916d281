//! One migration without a transaction: recorded as started before it runs and as finished after,
//! under the mutex of its session. What is cut off in between is *unfinished* until a person says
//! what became of it.

use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::SchemaManager;

use super::{
    Left, Runner, Standing, State,
    ledger::{self, LedgerState},
    lock,
    step::Step,
    transaction,
};
use crate::{
    DatabaseError, Error, Reader, Service,
    database::{Sent, literal},
};

impl Runner<'_> {
    /// Runs one migration without a transaction. Returns false when another runner was faster.
    pub(super) async fn step_outside(&self, step: &Step<'_>) -> Result<bool, Error> {
        self.refuse_pooler(step.name).await?;
        let session = self.connection.own_session().await;
        let session = session.map_err(Error::database("take the lock", self.service))?;
        let outcome = self.step_in_session(step).await;
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
        outcome
    }

    async fn step_in_session(&self, step: &Step<'_>) -> Result<bool, Error> {
        let pid = self.lock_session(step.name).await?;
        let db = self.connection.db();
        let Some(standing) = self.still_to_do(self.connection, step).await? else {
            return Ok(false);
        };
        self.create_tables(db, &standing).await?;
        let invalid = invalid_indexes(self.connection, self.service).await?;
        let line = step.line(self.service, self.run, false);
        let id = line
            .start(self.connection)
            .await
            .map_err(Error::database("write the ledger", self.service))?;
        self.watcher
            .migration_started(self.service, step.name, step.direction);
        let record = step.record(self.service);
        let end = ledger::end(self.service, id, step.name, LedgerState::Finished, None);
        let record = transaction::own(&[&record, &end]);
        let manager = SchemaManager::new(db);
        let work = step.run(&manager, db, &record);
        let patience = self.service.lock_timeout(self.settings, step.name, false);
        let ((outcome, sent), holders) = self.connection.watched(pid, patience, work).await;
        let Err(error) = outcome else {
            return Ok(true);
        };
        let error = DatabaseError::from(error).with_holders(holders);
        Err(self.stopped(step, id, &invalid, sent, error).await)
    }

    /// Records that the migration stopped. If its first statement is about an index, failed and left
    /// none behind, nothing of it is left; otherwise it is unfinished.
    async fn stopped(
        &self,
        step: &Step<'_>,
        id: i64,
        invalid_before: &[String],
        sent: Sent,
        error: DatabaseError,
    ) -> Error {
        // Others may have committed something, as a procedure and DETACH … CONCURRENTLY do.
        let harmless = sent.count == 1 && sent.last.as_deref().is_some_and(is_about_index);
        let lost = error.is_disconnect();
        let failure = |left| self.failed(step, sent.last, error, left);
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
        let end = ledger::end(self.service, id, step.name, entry, Some(&told));
        // If it cannot be written, the row says `started`, which is treated alike.
        let _ = self
            .connection
            .db()
            .execute_unprepared(&transaction::own(&[&end]))
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

fn is_about_index(statement: &str) -> bool {
    let words: Vec<String> = statement
        .split_whitespace()
        .take(3)
        .map(str::to_uppercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["CREATE" | "DROP" | "REINDEX", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX"]
    )
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
        literal(service.schema())
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
