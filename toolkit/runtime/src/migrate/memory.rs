//! What is still to be done, asked before each migration: the whole history the first time, and later
//! only whether anybody has written since this run did.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, TryGetable};

use super::{
    Direction, Runner, Standing, State, ledger,
    record::{self, Place},
    step::Step,
};
use crate::{Error, Reader};

/// What a run knows of the tables that it keeps its books in.
#[derive(Debug, Default)]
pub(super) struct Memory {
    last: Option<Last>,
}

/// The migration that the run wrote last.
#[derive(Debug)]
struct Last {
    migration: String,
    /// Whether it is recorded as applied.
    applied: bool,
    others: Digest,
}

/// The rows of the migrations table but one migration's: how many, and the sum of their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Digest {
    count: i64,
    sum: Option<String>,
}

/// The books, where a step is still to be done.
#[derive(Debug)]
pub(super) struct Books {
    table_exists: bool,
    ledger_exists: bool,
    /// Without the step's own row.
    others: Digest,
}

impl Memory {
    /// The run has written `step`; `books` are what it found before.
    pub(super) fn wrote(&mut self, step: &Step<'_>, books: Books) {
        self.last = Some(Last {
            migration: step.name.to_owned(),
            applied: step.direction == Direction::Up,
            others: books.others,
        });
    }
}

impl Runner<'_> {
    /// Creates the migrations table and the ledger, as far as they are not there.
    pub(super) async fn create_tables(
        &self,
        db: &impl ConnectionTrait,
        books: &Books,
    ) -> Result<(), Error> {
        if !books.table_exists {
            record::create_table(db, self.service).await?;
        }
        if !books.ledger_exists {
            ledger::create_table(db, self.service).await?;
        }
        Ok(())
    }

    /// Looks under the mutex whether another runner was here since, and whether the step is still to
    /// be done. What the run remembers is used up: who writes the step says so.
    pub(super) async fn still_to_do(
        &self,
        db: &impl Reader,
        step: &Step<'_>,
        memory: &mut Memory,
    ) -> Result<Option<Books>, Error> {
        let place = record::locate(db, self.service).await?;
        let last = memory.last.take();
        let readable = place.table_exists && place.ledger_readable;
        let look = if readable {
            let last = last.as_ref().map(|last| last.migration.as_str());
            Some(self.look(db, last.unwrap_or(step.name), step.name).await?)
        } else {
            None
        };
        // In a run, each step is the next one if nobody else did anything.
        let untouched = match (&look, &last) {
            (Some(look), Some(last)) => look.agrees(last, &self.run.to_string()),
            _ => false,
        };
        if !untouched && !self.is_next(db, step).await? {
            return Ok(None);
        }
        let Place {
            table_exists,
            ledger_exists,
            ..
        } = place;
        Ok(Some(Books {
            table_exists,
            ledger_exists,
            others: look.map(|look| look.without_next).unwrap_or_default(),
        }))
    }

    /// Reads the whole history: whether the step is the next one.
    async fn is_next(&self, db: &impl Reader, step: &Step<'_>) -> Result<bool, Error> {
        let standing = Standing::read(db, self.service).await?;
        // Under the mutex, so nobody runs anything.
        let standing = standing.resumed(self.service);
        self.refuse_misfit(&standing, step.direction)?;
        self.refuse_unfinished(db, &standing).await?;
        let applied = standing
            .migrations
            .iter()
            .find(|migration| migration.name == step.name)
            .is_some_and(|migration| matches!(migration.state, State::Applied | State::Edited));
        if applied != (step.direction == Direction::Down) {
            return Ok(false);
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
            _ => Ok(true),
        }
    }

    async fn look(&self, db: &impl Reader, last: &str, next: &str) -> Result<Look, Error> {
        let failed = || Error::database("read the migrations table", self.service);
        let sql = record::digest(self.service, last, next);
        let rows = db.rows(&sql).await.map_err(failed())?;
        let row = rows
            .first()
            .ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()));
        row.and_then(Look::of).map_err(failed())
    }
}

/// The books at a glance.
struct Look {
    without_last: Digest,
    last_applied: bool,
    without_next: Digest,
    /// Run and migration of the ledger's newest row.
    newest: Option<(String, String)>,
}

impl Look {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        let digest = |at: usize| {
            Ok::<_, DbErr>(Digest {
                count: row.try_get_by_index(at)?,
                sum: Option::try_get_by(row, at + 1)?,
            })
        };
        let newest: (Option<String>, Option<String>) =
            (Option::try_get_by(row, 5)?, Option::try_get_by(row, 6)?);
        Ok(Self {
            without_last: digest(0)?,
            without_next: digest(2)?,
            last_applied: row.try_get_by_index(4)?,
            newest: newest.0.zip(newest.1),
        })
    }

    /// Whether nobody has written since `run` wrote `last`.
    fn agrees(&self, last: &Last, run: &str) -> bool {
        let newest = self.newest.as_ref();
        self.without_last == last.others
            && self.last_applied == last.applied
            && newest.is_some_and(|(by, migration)| by == run && *migration == last.migration)
    }
}
