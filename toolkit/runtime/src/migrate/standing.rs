//! Where a service stands: its list of migrations against what the database has recorded. Reads
//! only; the comparison itself does no I/O.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use toolkit_text::identifier::MAX_BYTES;

use super::{
    Direction, Unfinished,
    extent::position,
    ledger, lock,
    record::{self, Place, Record},
    rollout, squash,
};
use crate::{Error, LockHolder, Reader, Service, Settings};

/// What became of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// It is recorded as applied.
    Applied,
    /// It is not applied, and nothing behind it is.
    Pending,
    /// It is not applied, and waits until no code of the release before runs any more.
    AfterRollout,
    /// It is not applied, but one behind it in the list is.
    OutOfOrder,
    /// It is recorded as applied, but the list does not have it.
    Missing,
    /// It is applied, but its text is not the one that was applied.
    Edited,
    /// It began outside a transaction and did not finish, or is running now.
    Unfinished,
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
    /// The checksum of the text that was applied, when the ledger knows it.
    #[serde(skip)]
    pub checksum: Option<String>,
    /// What is known of the run that did not finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
}

/// Where a service stands in one database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says of one thing whether it is there"
)]
pub struct Standing {
    /// Whether the service's schema exists.
    pub schema_exists: bool,
    /// Whether the migrations table exists.
    pub table_exists: bool,
    /// Whether the ledger exists.
    pub ledger_exists: bool,
    /// Who holds the schema's mutex. Read only when a migration is unfinished: it may be running.
    pub holder: Option<LockHolder>,
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
    pub async fn read(db: &impl Reader, service: &Service) -> Result<Self, Error> {
        let names = names(service)?;
        let place = record::locate(db, service).await?;
        let records = record::read(db, service, &place).await?;
        Self::of(db, service, &names, &place, &records).await
    }

    /// What `place` and `records`, read from the database, say of `service`, whose migrations have these names.
    pub(crate) async fn of(
        db: &impl Reader,
        service: &Service,
        names: &[String],
        place: &Place,
        records: &[Record],
    ) -> Result<Self, Error> {
        if service.tenant().is_some() && records.is_empty() && place.ledger_readable {
            ledger::refuse_foreign(db, service).await?;
        }
        // One that cannot be read stops `up`, not who only looks.
        let lockfile = service.lockfile().ok().flatten();
        let unfinished = records.iter().any(|record| record.unfinished.is_some());
        let holder = if unfinished {
            let holder = lock::holder(db, service).await;
            holder.map_err(Error::database("read the locks", service))?
        } else {
            None
        };
        let settled = squash::settled(records, service.squashes());
        let mut migrations = compare(names, &settled, &|name, checksum| {
            let entry = lockfile.as_ref().and_then(|lockfile| lockfile.entry(name));
            entry.is_none_or(|entry| entry.matches(checksum))
        });
        rollout::hold_back(&mut migrations, &|name| service.is_after_rollout(name));
        let standing = Self {
            schema_exists: place.schema_exists,
            table_exists: place.table_exists,
            ledger_exists: place.ledger_exists,
            holder,
            migrations,
            squashed: settled.iter().any(|row| !records.contains(row)),
        };
        if standing.holder.is_some() {
            // It may be running.
            return Ok(standing);
        }
        Ok(standing.resumed(service))
    }

    /// Where nobody runs anything: what was cut off and may be begun again is what it was before it began.
    pub(super) fn resumed(mut self, service: &Service) -> Self {
        for migration in &mut self.migrations {
            if migration.state == State::Unfinished && service.is_resumable(&migration.name) {
                migration.state = match migration.applied_at {
                    Some(_) => State::Applied,
                    None => State::Pending,
                };
            }
        }
        self
    }

    /// Where `service` stands in a database that has nothing of it.
    ///
    /// # Errors
    /// [`Error::DuplicateMigration`] when the list has a name twice.
    pub fn nothing_applied(service: &Service) -> Result<Self, Error> {
        let migrations = compare(&names(service)?, &[], &|_, _| true);
        Ok(Self {
            schema_exists: false,
            table_exists: false,
            ledger_exists: false,
            holder: None,
            migrations,
            squashed: false,
        })
    }

    /// Refuses a history that does not fit the list of `service`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::PartlySquashed`], and upwards [`Error::Edited`], and
    /// [`Error::OutOfOrder`] unless the settings allow it. Unfinished migrations are refused under
    /// the mutex, where nobody can be running them.
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
        let edited = self.edited();
        if !edited.is_empty() && direction == Direction::Up {
            return Err(Error::Edited {
                service: service.name().to_owned(),
                edited,
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

    /// The migrations whose text is not the one that was applied, each with the checksum of that.
    fn edited(&self) -> Vec<(String, String)> {
        self.migrations
            .iter()
            .filter(|migration| migration.state == State::Edited)
            .filter_map(|migration| Some((migration.name.clone(), migration.checksum.clone()?)))
            .collect()
    }

    /// The names of the migrations that are not applied, in order, those for after the rollout included.
    pub fn pending(&self) -> Vec<&str> {
        self.in_states(&[State::Pending, State::AfterRollout, State::OutOfOrder])
    }

    /// The names of the migrations that are to be applied now, in order.
    pub fn due(&self) -> Vec<&str> {
        self.in_states(&[State::Pending, State::OutOfOrder])
    }

    fn in_states(&self, states: &[State]) -> Vec<&str> {
        self.migrations
            .iter()
            .filter(|migration| states.contains(&migration.state))
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

/// The names of the list, when the database can keep them and the schema's.
pub(crate) fn names(service: &Service) -> Result<Vec<String>, Error> {
    refuse_names(service)?;
    if let Some(name) = service.stranger() {
        position(service, name)?;
    }
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

/// Refuses names that the database cannot keep as they are.
fn refuse_names(service: &Service) -> Result<(), Error> {
    let refused = |name: &str, problem: String| {
        Err(Error::Name {
            service: service.name().to_owned(),
            name: name.to_owned(),
            problem,
        })
    };
    for name in [service.schema(), &service.migration_table()] {
        if name.len() > MAX_BYTES {
            let bytes = name.len();
            let problem = format!("it has {bytes} bytes, and PostgreSQL keeps {MAX_BYTES}");
            return refused(name, problem);
        }
    }
    let migrations = service.migrations();
    let migrations = migrations
        .iter()
        .map(|migration| migration.name().to_owned());
    let all = [service.schema().to_owned(), service.migration_table()];
    for name in all.into_iter().chain(migrations) {
        if name.is_empty() {
            return refused(&name, "it is empty".to_owned());
        }
        if name.contains('\0') {
            return refused(&name, "PostgreSQL's texts hold no zero byte".to_owned());
        }
    }
    Ok(())
}

/// `is_text_of` says whether a checksum is one of the migration's text.
fn compare(
    names: &[String],
    records: &[Record],
    is_text_of: &dyn Fn(&str, &str) -> bool,
) -> Vec<MigrationStanding> {
    let recorded: BTreeMap<&str, &Record> = records
        .iter()
        .map(|record| (record.version.as_str(), record))
        .collect();
    let applied_at = |name: &str| recorded.get(name).and_then(|record| record.applied_at);
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let last_applied = names.iter().rposition(|name| applied_at(name).is_some());
    let listed = names.iter().enumerate().map(|(position, name)| {
        let record = recorded.get(name.as_str()).copied();
        let unfinished = record.and_then(|record| record.unfinished.clone());
        let checksum = record.and_then(|record| record.checksum.clone());
        let state = match applied_at(name) {
            _ if unfinished.is_some() => State::Unfinished,
            Some(_) if checksum.as_ref().is_some_and(|sum| !is_text_of(name, sum)) => State::Edited,
            Some(_) => State::Applied,
            None if last_applied.is_some_and(|last| position < last) => State::OutOfOrder,
            None => State::Pending,
        };
        MigrationStanding {
            name: name.clone(),
            state,
            applied_at: applied_at(name),
            checksum,
            unfinished,
        }
    });
    let missing = records
        .iter()
        .filter(|record| !known.contains(record.version.as_str()))
        .map(|record| MigrationStanding {
            name: record.version.clone(),
            state: if record.unfinished.is_some() {
                State::Unfinished
            } else {
                State::Missing
            },
            applied_at: record.applied_at,
            checksum: record.checksum.clone(),
            unfinished: record.unfinished.clone(),
        });
    listed.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(names: &[&str], applied: &[(&str, i64)]) -> Vec<(String, State)> {
        standing(names, applied, "sum")
            .migrations
            .into_iter()
            .map(|migration| (migration.name, migration.state))
            .collect()
    }

    fn standing(names: &[&str], applied: &[(&str, i64)], text: &str) -> Standing {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let records: Vec<Record> = applied
            .iter()
            .map(|(version, applied_at)| Record {
                version: (*version).to_owned(),
                applied_at: Some(*applied_at),
                checksum: (*version == "a").then(|| "sum".to_owned()),
                unfinished: None,
            })
            .collect();
        Standing {
            schema_exists: true,
            table_exists: true,
            ledger_exists: true,
            holder: None,
            migrations: compare(&names, &records, &|_, checksum| checksum == text),
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
        let standing = standing(&["a", "b", "c"], &[("a", 2), ("b", 2), ("c", 1)], "sum");
        assert_eq!(standing.newest_first(), ["b", "a", "c"]);
    }

    #[test]
    fn a_text_that_is_not_the_applied_one_is_told() {
        let standing = standing(&["a", "b"], &[("a", 1), ("b", 2)], "another");
        assert_eq!(standing.names(State::Edited), ["a"]);
        assert_eq!(standing.names(State::Applied), ["b"]);
    }

    #[test]
    fn an_unfinished_migration_is_neither_applied_nor_pending() {
        let unfinished = Unfinished {
            direction: Direction::Up,
            since: "2026-09-01 12:00:00+00".to_owned(),
            by: "app on host".to_owned(),
            error: None,
        };
        let record = Record {
            version: "b".to_owned(),
            unfinished: Some(unfinished),
            ..Record::default()
        };
        let names = ["a", "b"].map(str::to_owned);
        let standings = compare(&names, &[record], &|_, _| true);
        let states: Vec<State> = standings.iter().map(|standing| standing.state).collect();
        assert_eq!(states, [State::Pending, State::Unfinished]);
    }
}
