//! Waiting for locks outside their queue.
//!
//! Who waits for a lock on a table stands in a queue, and whoever comes later stands behind, readers of a
//! table that is only read included. So a try waits no longer than others may feel; then everything is
//! given back, and the runner looks on until those that it waited for are gone.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use backon::BackoffBuilder;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};

use super::{Runner, transaction};
use crate::{
    DatabaseError, Error, LockHolder,
    database::{ALONE, Behind, Watch},
};

/// The shortest time between the ends of two tries. Each further one is twice as long, give or take as
/// much: where others are always in the way, tries must not follow each other closely.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often something is tried again that no lock stopped: two that raced need a few tries.
const RACES: u32 = 10;

/// Something that is done in a transaction under the mutex, beside migrations.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    /// What it is called in `pg_stat_activity`.
    pub(super) name: &'a str,
    /// What it does, as a verb phrase.
    pub(super) action: &'static str,
}

/// How long one piece of work may still wait for others.
pub(super) struct Patience {
    /// When it was in somebody's way for the first time.
    since: Option<Instant>,
    pauses: backon::ExponentialBackoff,
    races: u32,
    /// How long the last try may wait in the queue. It is the last one if this is set.
    hold: Option<Duration>,
}

impl Patience {
    pub(super) fn new() -> Self {
        let pauses = backon::ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times()
            .with_jitter()
            .build();
        Self {
            since: None,
            pauses,
            races: 0,
            hold: None,
        }
    }
}

impl Runner<'_> {
    /// Begins a try of `task`: a transaction that holds the mutex, and what it is to be watched for.
    pub(super) async fn begin_try(
        &self,
        task: &str,
        patience: &Patience,
    ) -> Result<(DatabaseTransaction, Watch), Error> {
        let (transaction, pid) = self.begin(task).await?;
        let Some(hold) = patience.hold else {
            let timeout = self.service.lock_timeout(self.settings, task, true);
            let line = Behind::Anybody;
            return Ok((transaction, Watch { pid, timeout, line }));
        };
        let line = Behind::AtMost(self.settings.lock_queue);
        let longer = transaction::lock_timeout(hold);
        let set = transaction.execute_unprepared(&longer).await;
        set.map_err(Error::database("begin a transaction", self.service))?;
        let timeout = hold;
        Ok((transaction, Watch { pid, timeout, line }))
    }

    /// Ends a try of `task` that did something under the mutex and gave `outcome`: commits it, gives it up
    /// where it did nothing, or goes on to the next one when nobody is in its way any more.
    pub(super) async fn end_try<T>(
        &self,
        Task { name, action }: Task<'_>,
        transaction: DatabaseTransaction,
        patience: &mut Patience,
        outcome: Result<Option<T>, Error>,
    ) -> Result<ControlFlow<Option<T>>, Error> {
        if let Ok(Some(done)) = outcome {
            self.commit(transaction, action).await?;
            return Ok(ControlFlow::Break(Some(done)));
        }
        self.abandon(transaction).await;
        let Err(error) = outcome else {
            return Ok(ControlFlow::Break(None));
        };
        match &error {
            Error::Database { source, .. }
                if source.is_transient() && self.may_try_again(patience, name, source).await =>
            {
                Ok(ControlFlow::Continue(()))
            }
            _ => Err(error),
        }
    }

    /// Does the `work` of a try, watched.
    pub(super) async fn watched<T>(
        &self,
        watch: &Watch,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let cancel = self.connection.cancel_on_drop(watch.pid);
        let (outcome, seen) = self.connection.watched(watch, work).await;
        cancel.disarm();
        outcome.map_err(|error| error.with_seen(seen))
    }

    /// Waits until the next try of `task` may succeed, `error` having ended the last one. Returns false
    /// when patience is over.
    pub(super) async fn may_try_again(
        &self,
        patience: &mut Patience,
        task: &str,
        error: &DatabaseError,
    ) -> bool {
        let since = *patience.since.get_or_insert_with(Instant::now);
        let left = self.settings.lock_wait.saturating_sub(since.elapsed());
        if !error.is_wait() {
            patience.races += 1;
        }
        if patience.hold.is_some() || patience.races > RACES {
            return false;
        }
        let pause = patience.pauses.next().unwrap_or(LONGEST_PAUSE);
        if !left.is_zero() {
            self.watcher.retrying(self.service, task, error);
            let started = Instant::now();
            if self.are_gone(error.holders(), left).await {
                let rest = pause.saturating_sub(started.elapsed());
                tokio::time::sleep(rest.min(left)).await;
                return true;
            }
        }
        // Who cannot see those that wait behind does not make them wait.
        patience.hold = self.settings.lock_hold;
        error.is_wait() && patience.hold.is_some() && !self.connection.is_alone()
    }

    /// Waits for at most `limit` until `holders` are gone; whether they are.
    async fn are_gone(&self, holders: &[LockHolder], limit: Duration) -> bool {
        let started = Instant::now();
        for holder in holders.iter().filter(|holder| holder.autovacuum) {
            // If it cannot be asked to go, it is waited for like anybody else.
            let _ = self.send_away(holder).await;
        }
        let limit = limit.saturating_sub(started.elapsed());
        self.connection.until_gone(holders, limit).await
    }

    /// Makes a worker of autovacuum give its table up, which it does for who has waited for
    /// `deadlock_timeout`: longer than others may wait for a migration. So a lock is waited for that
    /// nobody who reads or writes needs to wait behind. A worker that prevents the wraparound of
    /// transaction numbers stays.
    ///
    /// <https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM>
    async fn send_away(&self, worker: &LockHolder) -> Result<(), DbErr> {
        let mut words = worker.object.split(' ');
        let (Some("relation"), Some(_), Some(table)) = (words.next(), words.next(), words.next())
        else {
            return Ok(());
        };
        let Ok(table) = table.parse::<u32>() else {
            return Ok(());
        };
        let limit = "SELECT pg_catalog.set_config('lock_timeout', (setting::int4 + 1000)::text, true) \
                     FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'";
        let lock = format!(
            "DO $$BEGIN EXECUTE pg_catalog.format(\
             'LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE', {table}::pg_catalog.regclass); END$$"
        );
        let transaction = self.connection.db().begin().await?;
        let sql = format!("{ALONE}; SET LOCAL statement_timeout = 0; {limit}; {lock}");
        let locked = transaction.execute_unprepared(&sql).await;
        transaction.rollback().await?;
        locked.map(drop)
    }
}
