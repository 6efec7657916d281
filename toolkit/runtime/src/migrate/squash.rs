//! Migrations that replace others: a database in which all of these are applied has it applied.
//! The comparison does no I/O; the rows are replaced by the next run.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::{
    Runner,
    record::{self, Record},
};
use crate::{
    Error,
    database::{identifier, literal},
    service::Squash,
};

/// `records` with one row in place of those of the migrations that it replaces, as old as the
/// youngest of them. Where not all of these are applied, their rows stay.
pub(super) fn settled(records: &[Record], squashes: &[Squash]) -> Vec<Record> {
    let mut rows: BTreeMap<String, i64> = records
        .iter()
        .map(|record| (record.version.clone(), record.applied_at))
        .collect();
    // One may replace another, whatever their order: a round settles at least one of them.
    for Squash { name, replaces } in squashes.iter().cycle().take(squashes.len().pow(2)) {
        let times: Option<Vec<i64>> = replaces.iter().map(|old| rows.get(*old).copied()).collect();
        let youngest = times.and_then(|times| times.into_iter().max());
        if let Some(applied_at) = youngest {
            rows.entry((*name).to_owned()).or_insert(applied_at);
        }
        if rows.contains_key(*name) {
            rows.retain(|row, _| !replaces.contains(&row.as_str()));
        }
    }
    rows.into_iter()
        .map(|(version, applied_at)| Record {
            version,
            applied_at,
        })
        .collect()
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
        let (transaction, _) = self.begin("squash").await?;
        // Read under the mutex: another runner may have been here since.
        let before = record::read(&transaction, self.service).await?;
        let after = settled(&before, self.service.squashes());
        let table = format!(
            "{}.{}",
            identifier(self.service.schema()),
            identifier(&self.service.migration_table())
        );
        let gone = before.iter().filter(|row| !after.contains(row)).map(|row| {
            format!(
                "DELETE FROM {table} WHERE version = {}",
                literal(&row.version)
            )
        });
        let new = after.iter().filter(|row| !before.contains(row)).map(|row| {
            format!(
                "INSERT INTO {table} (version, applied_at) VALUES ({}, {})",
                literal(&row.version),
                row.applied_at
            )
        });
        for statement in gone.chain(new) {
            transaction
                .execute_unprepared(&statement)
                .await
                .map_err(Error::database(
                    "record the squashed migration",
                    self.service,
                ))?;
        }
        self.commit(transaction, "record the squashed migration")
            .await
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
                applied_at: *applied_at,
            })
            .collect();
        settled(&records, SQUASHES)
            .into_iter()
            .map(|record| (record.version, record.applied_at))
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
