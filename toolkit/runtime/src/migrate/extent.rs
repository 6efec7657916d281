//! How far a run goes, and which migrations that makes. No I/O here.

use std::collections::BTreeSet;

use super::Standing;
use crate::{Error, Service};

/// How far a run goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// As far as there is anything to do.
    All,
    /// At most this many migrations.
    Count(u32),
    /// Up to and including this migration; downwards, until it is the last one applied.
    To(String),
}

/// The migrations to apply, in order.
pub(super) fn upwards(
    service: &Service,
    standing: &Standing,
    extent: &Extent,
) -> Result<Vec<String>, Error> {
    let mut goal: Vec<&str> = standing.due();
    match extent {
        Extent::All => {}
        Extent::Count(count) => goal.truncate(usize::try_from(*count).unwrap_or(usize::MAX)),
        Extent::To(name) => {
            let end = position(service, name)?;
            let within: BTreeSet<String> = service
                .migrations()
                .iter()
                .take(end + 1)
                .map(|m| m.name().to_owned())
                .collect();
            goal.retain(|name| within.contains(*name));
        }
    }
    Ok(goal.into_iter().map(str::to_owned).collect())
}

/// The migrations to roll back, in order.
pub(super) fn downwards(
    service: &Service,
    standing: &Standing,
    extent: &Extent,
) -> Result<Vec<String>, Error> {
    let mut goal = standing.newest_first();
    match extent {
        Extent::All => {}
        Extent::Count(count) => goal.truncate(usize::try_from(*count).unwrap_or(usize::MAX)),
        Extent::To(name) => {
            position(service, name)?;
            let Some(end) = goal.iter().position(|applied| applied == name) else {
                return Err(Error::NotApplied {
                    service: service.name().to_owned(),
                    migration: name.clone(),
                });
            };
            goal.truncate(end);
        }
    }
    Ok(goal.into_iter().map(str::to_owned).collect())
}

/// The place of the migration `name` in the list.
pub(crate) fn position(service: &Service, name: &str) -> Result<usize, Error> {
    let migrations = service.migrations();
    migrations
        .iter()
        .position(|migration| migration.name() == name)
        .ok_or_else(|| Error::UnknownMigration {
            service: service.name().to_owned(),
            migration: name.to_owned(),
            nearest: Vec::new(),
            known: migrations
                .iter()
                .map(|migration| migration.name().to_owned())
                .collect(),
        })
}
