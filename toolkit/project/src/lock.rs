//! The lock file of a migration crate: reading, writing, and what it is compared with.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Entry, Lockfile, Service};

use super::{FileChanges, source};
use crate::{Result, read_if_there};

/// The name of the file, beside the crate's `Cargo.toml`.
pub const LOCKFILE: &str = "migrations.lock";

/// What the sources of a service's migrations are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The migrator's list in its order, each with the checksum of its source, if that was found.
    pub listed: Vec<(String, Option<String>)>,
    /// Migrations that have a source, but are not in the list: those that have a line, and those that no
    /// `mod …` names.
    pub unregistered: BTreeSet<String>,
}

impl Sources {
    /// Reads the sources of `service`, whose crate is in `folder`; `lockfile` is what was locked.
    pub fn read(service: &Service, folder: &Path, lockfile: &Lockfile) -> Result<Self> {
        let mut sources = Self::default();
        for migration in service.migrations() {
            let name = migration.name().to_owned();
            let found = source::find(folder, &name);
            let checksum = found.map(|source| source.checksum()).transpose()?;
            sources.listed.push((name, checksum));
        }
        let is_unregistered = |name: &&String| {
            sources.listed.iter().all(|(other, _)| other != *name)
                && source::find(folder, name).is_some()
        };
        let names = lockfile.entries().iter().map(|entry| &entry.name);
        sources.unregistered = names.filter(is_unregistered).cloned().collect();
        let undeclared = source::undeclared(folder)?;
        let is_listed = |name: &String| sources.listed.iter().any(|(other, _)| other == name);
        let undeclared = undeclared.into_iter().filter(|name| !is_listed(name));
        sources.unregistered.extend(undeclared);
        Ok(sources)
    }
}

/// The text of the lock file of the crate in `folder`; nothing if there is none.
pub fn read_text(folder: &Path) -> Result<Option<String>> {
    read_if_there(&folder.join(LOCKFILE))
}

/// The lock file of `service`, whose crate is in `folder`; nothing if there is none.
///
/// # Errors
/// [`toolkit_runtime::Error::Lockfile`] when its text cannot be understood.
pub fn read(service: &Service, folder: &Path) -> Result<Option<Lockfile>, toolkit_runtime::Error> {
    let Some(text) = read_text(folder)? else {
        return Ok(None);
    };
    match Lockfile::parse(&text) {
        Ok(lockfile) => Ok(Some(lockfile)),
        Err(source) => Err(toolkit_runtime::Error::Lockfile {
            service: service.name().to_owned(),
            source,
        }),
    }
}

/// Writes the lock file of the crate in `folder`, if it says something else; returns its path if
/// it was written.
pub fn save(folder: &Path, lockfile: &Lockfile) -> Result<Option<PathBuf>> {
    let mut changes = FileChanges::default();
    change(&mut changes, folder, lockfile)?;
    changes.make()?;
    Ok(changes.into_written().pop())
}

/// Adds to `changes` what makes the lock file of `folder` be `lockfile`; nothing if it is.
pub fn change(changes: &mut FileChanges, folder: &Path, lockfile: &Lockfile) -> Result<()> {
    Ok(changes.hold(folder.join(LOCKFILE), lockfile.to_string())?)
}

/// `lockfile` with a line for the new migration `name` at its end.
pub fn with(lockfile: &Lockfile, name: &str, checksum: &str) -> Lockfile {
    let entries = lockfile.entries().iter().cloned();
    entries.chain([Entry::new(name, checksum)]).collect()
}
