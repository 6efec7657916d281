//! Migrations that replace others: a database in which all of these are applied has it applied.
//! The comparison does no I/O; the rows are replaced by the next run.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    Runner, ledger,
    patience::{Patience, Task},
    record::{self, Record},
};
use crate::{Error, service::Squash};

const TASK: Task<'static> = Task {
    name: "squash",
    action: "record the squashed migration",
};

/// `records` with one row in place of those of the migrations that it replaces, as old as the
/// youngest of them. Where not all of these are applied, or one is unfinished, their rows stay.
pub(super) fn settled(records: &[Record], squashes: &[Squash]) -> Vec<Record> {
    let mut rows: BTreeMap<String, Record> = records
        .iter()
        .map(|record| (record.version.clone(), record.clone()))
        .collect();
    // One may replace another, whatever their order: a round settles at least one of them.
    for Squash { name, replaces } in squashes.iter().cycle().take(squashes.len().pow(2)) {
        let applied = |old: &str| {
            let row = rows.get(old).filter(|row| row.unfinished.is_none());
            row.and_then(|row| row.applied_at)
        };
        let times: Option<Vec<i64>> = replaces.iter().map(|old| applied(old)).collect();
        if let Some(youngest) = times.and_then(|times| times.into_iter().max()) {
            let row = rows.entry((*name).to_owned()).or_default();
            (*name).clone_into(&mut row.version);
            row.applied_at.get_or_insert(youngest);
        }
        if rows.get(*name).is_some_and(|row| row.applied_at.is_some()) {
            rows.retain(|row, _| !replaces.contains(&row.as_str()));
        }
    }
    rows.into_values().collect()
}

/// Why a database cannot go on that has applied some of the migrations that were replaced, but not
/// all. `missing` are the recorded migrations that the list does not have.
pub(super) fn partly(service: &crate::Service, missing: &[String]) -> Option<Error> {
    let is_missing = |old: &str| missing.iter().any(|name| name == old);
    let mut squashes = service.squashes().iter();
    let squash = squashes.find(|squash| squash.replaces.iter().any(|old| is_missing(old)))?;
    let pending = squash.replaces.iter().filter(|old| !is_missing(old));
    Some(Error::PartlySquashed {
        service: service.name().to_owned(),
        squashed: squash.name.to_owned(),
        pending: pending.map(|old| (*old).to_owned()).collect(),
    })
}

impl Runner<'_> {
    /// Replaces the rows of replaced migrations by those of the migrations that replaced them.
    pub(super) async fn settle(&self) -> Result<(), Error> {
        let mut patience = Patience::new();
        loop {
            let (transaction, watch) = self.begin_try(TASK.name, &patience).await?;
            let outcome = self.watched(&watch, self.settle_in(&transaction)).await;
            let ended = self.end_try(TASK, transaction, &mut patience, outcome.map(Some));
            if ended.await?.is_break() {
                return Ok(());
            }
        }
    }

    async fn settle_in(&self, transaction: &DatabaseTransaction) -> Result<(), Error> {
        // Read under the mutex: another runner may have been here since.
        let place = record::locate(transaction, self.service).await?;
        let before = record::read(transaction, self.service, &place).await?;
        let after = settled(&before, self.service.squashes());
        ledger::create_table(transaction, self.service).await?;
        let gone = before.iter().filter(|row| !after.contains(row));
        let gone = gone.map(|row| record::delete(self.service, &row.version));
        let new = after.iter().filter(|row| !before.contains(row));
        let new = new.flat_map(|row| {
            let at = row.applied_at.unwrap_or_default();
            let record = record::insert_at(self.service, &row.version, at);
            self.stamped(&row.version, record)
        });
        for statement in gone.chain(new) {
            transaction
                .execute_unprepared(&statement)
                .await
                .map_err(Error::database(TASK.action, self.service))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUASHES: &[Squash] = &[
        Squash {
            name: "abc",
            replaces: &["ab", "c"],
        },
        Squash {
            name: "ab",
            replaces: &["a", "b"],
        },
    ];

    fn after(rows: &[(&str, i64)]) -> Vec<(String, i64)> {
        let records: Vec<Record> = rows
            .iter()
            .map(|(version, applied_at)| Record {
                version: (*version).to_owned(),
                applied_at: Some(*applied_at),
                ..Record::default()
            })
            .collect();
        settled(&records, SQUASHES)
            .into_iter()
            .map(|record| (record.version, record.applied_at.unwrap()))
            .collect()
    }

    #[test]
    fn a_squashed_migration_stands_for_all_that_it_replaces_and_not_for_some() {
        for (rows, expected) in [
            (
                vec![("a", 1), ("b", 5), ("d", 9)],
                vec![("ab", 5), ("d", 9)],
            ),
            (vec![("a", 1)], vec![("a", 1)]),
            (vec![("a", 1), ("b", 2), ("c", 3)], vec![("abc", 3)]),
            (vec![("ab", 2), ("c", 3)], vec![("abc", 3)]),
            (vec![("ab", 7), ("a", 1)], vec![("ab", 7)]),
            (vec![], vec![]),
        ] {
            let expected: Vec<(String, i64)> = expected
                .into_iter()
                .map(|(name, time)| (name.to_owned(), time))
                .collect();
            assert_eq!(after(&rows), expected);
        }
    }
}
