//! A person says what became of a migration that did not finish.

use std::ops::ControlFlow;

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    Direction, Runner, Standing, State,
    ledger::{BEGAN, LedgerState, Line},
    outside::invalid_indexes,
    patience::{Patience, Task},
    record,
};
use crate::Error;

const ACTION: &str = "resolve a migration";

/// What became of a migration that did not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// All of it is there: it was finished by hand.
    Applied,
    /// Nothing of it is there: what it did was undone by hand.
    RolledBack,
    /// It can be run again as it is. Invalid indexes that it left are dropped, for they would be in
    /// its way and nothing uses them.
    Retry,
}

impl Runner<'_> {
    /// Records what became of `migration`, which did not finish. Returns the invalid indexes that
    /// were dropped.
    ///
    /// # Errors
    /// [`Error::NotUnfinished`] when it is not unfinished.
    pub async fn resolve(
        &self,
        migration: &str,
        resolution: Resolution,
    ) -> Result<Vec<String>, Error> {
        let task = Task {
            name: &format!("resolve {migration}"),
            action: ACTION,
        };
        let mut patience = Patience::new();
        loop {
            let (transaction, watch) = self.begin_try(task.name, &patience).await?;
            let resolving = self.resolve_in(&transaction, migration, resolution);
            let outcome = self.watched(&watch, resolving).await.map(Some);
            let ended = self.end_try(task, transaction, &mut patience, outcome);
            if let ControlFlow::Break(Some(dropped)) = ended.await? {
                return Ok(dropped);
            }
        }
    }

    async fn resolve_in(
        &self,
        transaction: &DatabaseTransaction,
        migration: &str,
        resolution: Resolution,
    ) -> Result<Vec<String>, Error> {
        let (dropped, statements) = self.resolved(transaction, migration, resolution).await?;
        for statement in &statements {
            transaction
                .execute_unprepared(statement)
                .await
                .map_err(Error::database(ACTION, self.service))?;
        }
        Ok(dropped)
    }

    /// The invalid indexes to drop, and the statements that do it and record what became of `migration`.
    async fn resolved(
        &self,
        transaction: &DatabaseTransaction,
        migration: &str,
        resolution: Resolution,
    ) -> Result<(Vec<String>, Vec<String>), Error> {
        let standing = Standing::read(transaction, self.service).await?;
        let found = standing
            .migrations
            .iter()
            .find(|standing| standing.name == migration && standing.state == State::Unfinished);
        let Some((found, run)) = found.and_then(|found| Some((found, found.unfinished.as_ref()?)))
        else {
            return Err(Error::NotUnfinished {
                service: self.service.name().to_owned(),
                migration: migration.to_owned(),
                unfinished: unfinished(&standing),
            });
        };
        let invalid = invalid_indexes(transaction, self.service).await?;
        let claimed = resolution == Resolution::Applied && run.direction == Direction::Up;
        if claimed && !invalid.is_empty() {
            return Err(Error::InvalidIndexes {
                service: self.service.name().to_owned(),
                migration: migration.to_owned(),
                invalid,
            });
        }
        let dropped = match resolution {
            Resolution::Retry => invalid,
            Resolution::Applied | Resolution::RolledBack => Vec::new(),
        };
        let was_applied = found.applied_at.is_some();
        let is_applied = match resolution {
            Resolution::Applied => true,
            Resolution::RolledBack => false,
            Resolution::Retry => was_applied,
        };
        let mut statements: Vec<String> = dropped
            .iter()
            .map(|index| format!("DROP INDEX {index}"))
            .collect();
        match (was_applied, is_applied) {
            (false, true) => statements.push(record::insert(self.service, migration)),
            (true, false) => statements.push(record::delete(self.service, migration)),
            (true, true) | (false, false) => {}
        }
        let line = Line {
            service: self.service,
            run: self.run,
            migration,
            direction: if is_applied {
                Direction::Up
            } else {
                Direction::Down
            },
            transactional: true,
        };
        statements.push(line.insert(LedgerState::Resolved, BEGAN, None));
        Ok((dropped, statements))
    }
}

fn unfinished(standing: &Standing) -> Vec<String> {
    let names = standing.names(State::Unfinished);
    names.into_iter().map(str::to_owned).collect()
}
