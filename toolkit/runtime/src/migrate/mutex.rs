//! Transactions and sessions that hold the schema's mutex: how they begin and end.

use std::time::{Duration, Instant};

use backon::BackoffBuilder;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};

use super::{Runner, lock, transaction};
use crate::{DatabaseError, Error, LockHolder, Reader, SqlState, database::FORGET};

/// The pauses between two attempts to take the mutex.
const FIRST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_secs(1);

impl Runner<'_> {
    /// Begins a transaction that holds the mutex and is set up for `task`.
    pub(super) async fn begin(&self, task: &str) -> Result<(DatabaseTransaction, i32), Error> {
        let mut wait = Wait::new();
        let failed = || Error::database("begin a transaction", self.service);
        loop {
            let transaction = self.connection.db().begin().await.map_err(failed())?;
            let settings = transaction::begin(self.service, self.settings, task);
            transaction
                .execute_unprepared(&settings)
                .await
                .map_err(|error| self.not_begun(error))?;
            let scope = lock::Scope::Transaction;
            let locked = lock::try_lock(&transaction, self.service, scope).await;
            if let Some(pid) = locked.map_err(failed())? {
                return Ok((transaction, pid));
            }
            let holder = self.holder_at_last(&transaction, &wait).await?;
            self.abandon(transaction).await;
            self.wait(&mut wait, holder).await?;
        }
    }

    /// A transaction that could not be set up for writing.
    fn not_begun(&self, error: DbErr) -> Error {
        let source = DatabaseError::from(error);
        if source.state() == Some(SqlState::FeatureNotSupported) {
            return Error::Replica {
                service: self.service.name().to_owned(),
                source,
            };
        }
        Error::Database {
            action: "begin a transaction",
            service: self.service.name().to_owned(),
            source,
        }
    }

    /// Takes the mutex for the session, which is set up for `task`.
    pub(super) async fn lock_session(&self, task: &str) -> Result<i32, Error> {
        let db = self.connection.db();
        let mut wait = Wait::new();
        let failed = || Error::database("take the lock", self.service);
        let settings = transaction::session(self.service, self.settings, task);
        db.execute_unprepared(&settings).await.map_err(failed())?;
        loop {
            let locked = lock::try_lock(self.connection, self.service, lock::Scope::Session).await;
            if let Some(pid) = locked.map_err(failed())? {
                return Ok(pid);
            }
            let holder = self.holder_at_last(self.connection, &wait).await?;
            self.wait(&mut wait, holder).await?;
        }
    }

    /// Who holds the mutex, when it was waited for long enough.
    async fn holder_at_last(
        &self,
        db: &impl Reader,
        wait: &Wait,
    ) -> Result<Option<LockHolder>, Error> {
        if wait.started.elapsed() < self.settings.wait {
            return Ok(None);
        }
        let holder = lock::holder(db, self.service).await;
        holder.map_err(Error::database("read the locks", self.service))
    }

    async fn wait(&self, wait: &mut Wait, holder: Option<LockHolder>) -> Result<(), Error> {
        if wait.started.elapsed() >= self.settings.wait {
            return Err(Error::Locked {
                service: self.service.name().to_owned(),
                schema: self.service.schema().to_owned(),
                waited: self.settings.wait,
                holder: holder.map(Box::new),
            });
        }
        self.watcher.waiting(self.service);
        let pause = wait.pauses.next().unwrap_or(LONGEST_POLL);
        tokio::time::sleep(pause).await;
        Ok(())
    }

    pub(super) async fn commit(
        &self,
        transaction: DatabaseTransaction,
        action: &'static str,
    ) -> Result<(), Error> {
        let work = async {
            transaction.execute_unprepared(FORGET).await?;
            transaction.commit().await
        };
        work.await.map_err(Error::database(action, self.service))
    }

    /// Rolls back. The connection may be gone; then the server rolls back by itself.
    pub(super) async fn abandon(&self, transaction: DatabaseTransaction) {
        let _ = transaction.execute_unprepared(FORGET).await;
        let _ = transaction.rollback().await;
    }
}

/// A wait for the mutex: since when, and how long the next pauses are. Many runners that start at
/// once must not ask in step.
struct Wait {
    started: Instant,
    pauses: backon::ExponentialBackoff,
}

impl Wait {
    fn new() -> Self {
        let pauses = backon::ExponentialBuilder::default()
            .with_min_delay(FIRST_POLL)
            .with_max_delay(LONGEST_POLL)
            .without_max_times()
            .with_jitter()
            .build();
        Self {
            started: Instant::now(),
            pauses,
        }
    }
}
