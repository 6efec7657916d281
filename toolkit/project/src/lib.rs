//! The files of a migration crate, and git: names of new migrations, their registration, and the lock file.

mod attributes;
mod branch;
mod built;
mod comments;
mod edit;
mod entities;
mod error;
pub mod finding;
mod generated;
mod git;
pub mod lock;
mod name;
mod order;
mod place;
mod rebase;
mod register;
mod replace;
pub mod said;
mod scaffold;
mod source;
mod squash;
mod statement_place;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Service, checksum};

pub use attributes::{UnknownWord, unknown_words};
pub use branch::Branches;
pub use built::{Stale, stale};
pub use comments::{Todo, losses, todos};
pub use entities::{EntityFiles, EntitySources, Listing, entity_folder, undeclared_entities};
pub use error::{Error, Result};
pub use generated::Generated;
pub use git::Repository;
pub use lock::Sources;
pub use name::{migration_name, name_like};
pub use place::crate_folder;
pub use rebase::Rebase;
pub use scaffold::new_service;
pub use squash::Squash;
pub use statement_place::{MigrationSource, source_text};
pub use toolkit_scaffold::{FileChanges, conflict, relative};
pub use words::{Accepted, Words};

/// A migration to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewMigration<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its source.
    pub source: &'m str,
    /// Whether it must wait until no old code runs any more.
    pub is_after_rollout: bool,
    /// Whether it may be begun again after it was cut off.
    pub is_resumable: bool,
}

/// The changes of files that add the migration `name` with its `source` to the crate of `service`
/// in `folder`: its file, its registration and, if the crate has a lock file, its line there.
///
/// # Errors
/// When the registration is not possible, or the lock file cannot be read.
pub fn new_migration(
    service: &Service,
    folder: &Path,
    name: &str,
    source: &str,
) -> Result<FileChanges, toolkit_runtime::Error> {
    let migration = NewMigration {
        name,
        source,
        is_after_rollout: false,
        is_resumable: false,
    };
    new_migrations(service, folder, &[migration])
}

/// [`new_migration`] of several, in order.
///
/// # Errors
/// As [`new_migration`].
pub fn new_migrations(
    service: &Service,
    folder: &Path,
    migrations: &[NewMigration<'_>],
) -> Result<FileChanges, toolkit_runtime::Error> {
    let library = folder.join("src/lib.rs");
    let before = read(&library)?;
    let refused = |problem| refused_library(folder, problem);
    let mut after = before.clone();
    let mut changes = FileChanges::default();
    for migration in migrations {
        let name = migration.name;
        after = register::register(&after, name).map_err(refused)?;
        let path = folder.join("src").join(format!("{name}.rs"));
        changes.create(path, migration.source.to_owned());
    }
    let said = migrations.iter().flat_map(|it| {
        let late = it.is_after_rollout.then_some(("after_rollout", it.name));
        let resumable = it.is_resumable.then_some(("resumable", it.name));
        late.into_iter().chain(resumable)
    });
    let said: Vec<(&str, &str)> = said.collect();
    if !said.is_empty() {
        after = toolkit_scaffold::with_said(&after, &said).map_err(refused)?;
    }
    changes.replace(library.clone(), before, after);
    if let Some(mut lockfile) = lock::read(service, folder)? {
        for migration in migrations {
            let sum = checksum(migration.source.as_bytes());
            lockfile = lock::with(&lockfile, migration.name, &sum);
        }
        lock::change(&mut changes, folder, &lockfile)?;
    }
    Ok(changes)
}

/// Behind what a file does not have of a migration.
const OWN_NAME: &str = ": a migration is looked for by its name, so its module and its file must be called as its \
                        `MigrationName` says";

/// Refuses a crate in which no migration could be registered, before any work is done.
///
/// # Errors
/// [`Error::Register`].
pub fn refuse_unusual(folder: &Path) -> Result<()> {
    let text = read(&folder.join("src/lib.rs"))?;
    let registered = register::register(&text, "migration");
    registered
        .map(drop)
        .map_err(|problem| refused_library(folder, problem))
}

/// The error of a `lib.rs` that is not as SeaORM's template has it. Where the migrator is elsewhere, it
/// says where.
fn refused_library(folder: &Path, problem: String) -> Error {
    let root = folder.join("src");
    let path = root.join("lib.rs");
    let has_migrator = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap_or_default();
        file.extension().is_some_and(|it| it == "rs") && register::has_migrator(&text)
    };
    let found = || {
        source::files_below(&root)
            .ok()?
            .into_iter()
            .find(has_migrator)
    };
    let problem = match found().filter(|_| problem == toolkit_scaffold::rust::NO_MIGRATOR) {
        Some(file) => {
            let shown = file.strip_prefix(folder).unwrap_or(&file);
            format!("{problem}; that stands in {}", shown.display())
        }
        None => problem,
    };
    Error::Register { path, problem }
}

/// The text of the file at `path`.
///
/// # Errors
/// [`Error::Files`] when it cannot be read.
pub fn read(path: &Path) -> Result<String> {
    Ok(toolkit_scaffold::read(path)?)
}

/// The text of the file at `path`; nothing if there is none.
fn read_if_there(path: &Path) -> Result<Option<String>> {
    Ok(toolkit_scaffold::read_if_there(path)?)
}
