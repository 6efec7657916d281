//! A person says what became of a migration that did not finish.

use sea_orm::ConnectionTrait;

use super::{
    Direction, Runner, Standing, State,
    ledger::{BEGAN, LedgerState, Line},
    outside::invalid_indexes,
    record,
};
use crate::Error;

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
        let (transaction, _) = self.begin(&format!("resolve {migration}")).await?;
        let standing = Standing::read(&transaction, self.service).await?;
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
        let invalid = invalid_indexes(&transaction, self.service).await?;
        let claimed = resolution == Resolution::Applied && run.direction == Direction::Up;
        if claimed && !invalid.is_empty() {
            self.abandon(transaction).await;
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
        for statement in &statements {
            transaction
                .execute_unprepared(statement)
                .await
                .map_err(Error::database("resolve a migration", self.service))?;
        }
        self.commit(transaction, "resolve a migration").await?;
        Ok(dropped)
    }
}

fn unfinished(standing: &Standing) -> Vec<String> {
    let names = standing.names(State::Unfinished);
    names.into_iter().map(str::to_owned).collect()
}
