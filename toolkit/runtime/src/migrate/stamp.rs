//! Recording migrations as applied without running them.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    Direction, Done, LedgerState, Report, Runner,
    ledger::{self, Line},
    patience::{Patience, Task},
    record,
};
use crate::Error;

const TASK: Task<'static> = Task {
    name: "stamp",
    action: "record the migrations",
};

impl Runner<'_> {
    /// Records `names` as applied, in order, without running them: all of those that are not
    /// recorded yet, or none. Creates the schema, the migrations table and the ledger if they are
    /// not there.
    ///
    /// The names need not be in the service's list, which is compiled: a migration that was written
    /// just now is not in it yet. Whether the database holds what the migrations would have made is
    /// the caller's to know.
    ///
    /// # Errors
    /// [`Error::Database`] when the database refuses; then nothing is recorded.
    pub async fn stamp(&self, names: &[String], report: &mut Report) -> Result<(), Error> {
        self.bootstrap(report).await?;
        let started = Instant::now();
        let mut patience = Patience::new();
        let new = loop {
            let (transaction, watch) = self.begin_try(TASK.name, &patience).await?;
            let recording = self.record_new(&transaction, names);
            let outcome = self.watched(&watch, recording).await.map(Some);
            let ended = self.end_try(TASK, transaction, &mut patience, outcome);
            if let ControlFlow::Break(Some(new)) = ended.await? {
                break new;
            }
        };
        let each = started
            .elapsed()
            .checked_div(u32::try_from(new.len()).unwrap_or(u32::MAX))
            .unwrap_or(Duration::ZERO);
        report.migrations.extend(new.into_iter().map(|name| Done {
            name,
            direction: Direction::Up,
            duration: each,
        }));
        Ok(())
    }

    /// Records those of `names` that are not recorded yet; returns them.
    async fn record_new(
        &self,
        transaction: &DatabaseTransaction,
        names: &[String],
    ) -> Result<Vec<String>, Error> {
        record::create_table(transaction, self.service).await?;
        ledger::create_table(transaction, self.service).await?;
        // Read under the mutex: another runner may have been here since.
        let place = record::locate(transaction, self.service).await?;
        let recorded = record::read(transaction, self.service, &place).await?;
        let is_new = |name: &&String| {
            let mut applied = recorded.iter().filter(|record| record.applied_at.is_some());
            !applied.any(|record| record.version == name.as_str())
        };
        let new: Vec<String> = names.iter().filter(is_new).cloned().collect();
        for name in &new {
            for statement in self.stamped(name, record::insert(self.service, name)) {
                transaction
                    .execute_unprepared(&statement)
                    .await
                    .map_err(Error::database("record a migration", self.service))?;
            }
        }
        Ok(new)
    }

    /// The statements that record `name` as applied without being run; `record` is that for the
    /// migrations table.
    pub(super) fn stamped(&self, name: &str, record: String) -> [String; 2] {
        let line = Line {
            service: self.service,
            run: self.run,
            migration: name,
            direction: Direction::Up,
            transactional: true,
        };
        [
            record,
            line.insert(LedgerState::Stamped, ledger::BEGAN, None),
        ]
    }
}
