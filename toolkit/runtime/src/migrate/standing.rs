//! Where a service stands: its list of migrations against what the database has recorded. Reads
//! only; the comparison itself does no I/O.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;
use serde::Serialize;

use super::{
    Direction,
    record::{self, Record},
    squash,
};
use crate::{Error, Service, Settings};

/// What became of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// It is recorded as applied.
    Applied,
    /// It is not applied, and nothing behind it is.
    Pending,
    /// It is not applied, but one behind it in the list is.
    OutOfOrder,
    /// It is recorded as applied, but the list does not have it.
    Missing,
}

/// One migration's name and state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MigrationStanding {
    /// The migration's name, `m20260901_000001_create_plans`.
    pub name: String,
    /// What became of it.
    pub state: State,
    /// When it was applied, in seconds since 1970-01-01 00:00 UTC.
    pub applied_at: Option<i64>,
}

/// Where a service stands in one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether the service's schema exists.
    pub schema_exists: bool,
    /// Whether the migrations table exists.
    pub table_exists: bool,
    /// The migrations in the order of the list; those missing from it at the end.
    pub migrations: Vec<MigrationStanding>,
    /// Whether a squashed migration counts as applied because all that it replaces are. The next
    /// run records it so.
    pub squashed: bool,
}

impl Standing {
    /// Reads what the database has recorded for `service`. Creates nothing.
    ///
    /// # Errors
    /// [`Error::Database`] when the database cannot be read, [`Error::DuplicateMigration`] when
    /// the list has a name twice.
    pub async fn read(db: &impl ConnectionTrait, service: &Service) -> Result<Self, Error> {
        let names = names(service)?;
        let place = record::locate(db, service).await?;
        let records = if place.table_exists {
            record::read(db, service).await?
        } else {
            Vec::new()
        };
        let settled = squash::settled(&records, service.squashes());
        Ok(Self {
            schema_exists: place.schema_exists,
            table_exists: place.table_exists,
            migrations: compare(&names, &settled),
            squashed: settled.len() != records.len(),
        })
    }

    /// Where `service` stands in a database that has nothing of it.
    ///
    /// # Errors
    /// [`Error::DuplicateMigration`] when the list has a name twice.
    pub fn nothing_applied(service: &Service) -> Result<Self, Error> {
        let migrations = compare(&names(service)?, &[]);
        Ok(Self {
            schema_exists: false,
            table_exists: false,
            migrations,
            squashed: false,
        })
    }

    /// Refuses a history that does not fit the list of `service`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::PartlySquashed`], and upwards [`Error::OutOfOrder`] unless the
    /// settings allow it.
    pub fn refuse_misfit(
        &self,
        service: &Service,
        settings: &Settings,
        direction: Direction,
    ) -> Result<(), Error> {
        let names = |state| -> Vec<String> {
            let names = self.names(state);
            names.into_iter().map(str::to_owned).collect()
        };
        let missing = names(State::Missing);
        if let Some(error) = squash::partly(service, &missing) {
            return Err(error);
        }
        if !missing.is_empty() {
            return Err(Error::Missing {
                service: service.name().to_owned(),
                names: missing,
            });
        }
        let inserted = names(State::OutOfOrder);
        let allowed = settings.allow_out_of_order || direction == Direction::Down;
        match self.names(State::Applied).last() {
            Some(applied) if !inserted.is_empty() && !allowed => Err(Error::OutOfOrder {
                service: service.name().to_owned(),
                names: inserted,
                applied: (*applied).to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// The names of the migrations in `state`, in order.
    pub fn names(&self, state: State) -> Vec<&str> {
        self.migrations
            .iter()
            .filter(|migration| migration.state == state)
            .map(|migration| migration.name.as_str())
            .collect()
    }

    /// The names of the migrations that are not applied, in order.
    pub fn pending(&self) -> Vec<&str> {
        self.migrations
            .iter()
            .filter(|migration| matches!(migration.state, State::Pending | State::OutOfOrder))
            .map(|migration| migration.name.as_str())
            .collect()
    }

    /// The names of the applied migrations, the last applied first.
    pub fn newest_first(&self) -> Vec<&str> {
        let mut applied: Vec<&MigrationStanding> = self
            .migrations
            .iter()
            .filter(|migration| migration.applied_at.is_some())
            .collect();
        // Seconds are coarse: within one, the list's order decides. The sort is stable.
        applied.reverse();
        applied.sort_by_key(|migration| std::cmp::Reverse(migration.applied_at));
        applied
            .into_iter()
            .map(|migration| migration.name.as_str())
            .collect()
    }
}

fn names(service: &Service) -> Result<Vec<String>, Error> {
    match service.duplicate_migration() {
        Some(name) => Err(Error::DuplicateMigration {
            service: service.name().to_owned(),
            name,
        }),
        None => Ok(service
            .migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect()),
    }
}

fn compare(names: &[String], records: &[Record]) -> Vec<MigrationStanding> {
    let applied: BTreeMap<&str, i64> = records
        .iter()
        .map(|record| (record.version.as_str(), record.applied_at))
        .collect();
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let last_applied = names
        .iter()
        .rposition(|name| applied.contains_key(name.as_str()));
    let listed = names.iter().enumerate().map(|(position, name)| {
        let applied_at = applied.get(name.as_str()).copied();
        let state = match applied_at {
            Some(_) => State::Applied,
            None if last_applied.is_some_and(|last| position < last) => State::OutOfOrder,
            None => State::Pending,
        };
        MigrationStanding {
            name: name.clone(),
            state,
            applied_at,
        }
    });
    let missing = records
        .iter()
        .filter(|record| !known.contains(record.version.as_str()))
        .map(|record| MigrationStanding {
            name: record.version.clone(),
            state: State::Missing,
            applied_at: Some(record.applied_at),
        });
    listed.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(names: &[&str], applied: &[(&str, i64)]) -> Vec<(String, State)> {
        standing(names, applied)
            .migrations
            .into_iter()
            .map(|migration| (migration.name, migration.state))
            .collect()
    }

    fn standing(names: &[&str], applied: &[(&str, i64)]) -> Standing {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let records: Vec<Record> = applied
            .iter()
            .map(|(version, applied_at)| Record {
                version: (*version).to_owned(),
                applied_at: *applied_at,
            })
            .collect();
        Standing {
            schema_exists: true,
            table_exists: true,
            migrations: compare(&names, &records),
            squashed: false,
        }
    }

    #[test]
    fn inserted_and_vanished_migrations_are_told_apart() {
        let expected = [
            ("a", State::Applied),
            ("b", State::OutOfOrder),
            ("c", State::Applied),
            ("d", State::Pending),
            ("x", State::Missing),
        ];
        assert_eq!(
            states(&["a", "b", "c", "d"], &[("a", 1), ("c", 2), ("x", 3)]),
            expected.map(|(name, state)| (name.to_owned(), state))
        );
    }

    #[test]
    fn the_last_applied_comes_first_and_the_list_decides_within_a_second() {
        let standing = standing(&["a", "b", "c"], &[("a", 2), ("b", 2), ("c", 1)]);
        assert_eq!(standing.newest_first(), ["b", "a", "c"]);
    }
}
