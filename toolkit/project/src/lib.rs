//! The files of a migration crate, and git: names of new migrations, their registration, and the lock file.

mod branch;
pub mod conflict;
mod edit;
mod error;
mod files;
pub mod finding;
mod git;
pub mod lock;
mod name;
mod order;
mod place;
mod rebase;
mod register;
mod replace;
mod source;
mod squash;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Service, checksum};

pub use branch::Branches;
pub use error::{Error, Result};
pub use files::FileChanges;
pub use git::Repository;
pub use lock::Sources;
pub use name::{migration_name, name_like};
pub use place::crate_folder;
pub use rebase::Rebase;
pub use squash::{Squash, squash_migrations};
pub use words::{Accepted, Words};

/// Writes the migration `name` with its `source` into the crate of `service` in `folder`, registers
/// it and, if the crate has a lock file, locks it. Returns the written files. Writes nothing if the
/// registration is not possible or the lock file cannot be read.
pub fn add_migration(
    service: &Service,
    folder: &Path,
    name: &str,
    source: &str,
) -> Result<Vec<PathBuf>, toolkit_runtime::Error> {
    let mut changes = new_migration(service, folder, name, source)?;
    changes.make()?;
    Ok(changes.into_written())
}

/// The changes of files that add the migration `name` with its `source` to the crate of `service`
/// in `folder`.
pub fn new_migration(
    service: &Service,
    folder: &Path,
    name: &str,
    source: &str,
) -> Result<FileChanges, toolkit_runtime::Error> {
    let library = folder.join("src/lib.rs");
    let before = read(&library)?;
    let after = register::register(&before, name).map_err(|problem| Error::Register {
        path: library.clone(),
        problem,
    })?;
    let mut changes = FileChanges::default();
    changes.create(
        folder.join("src").join(format!("{name}.rs")),
        source.to_owned(),
    );
    changes.replace(library, before, after);
    if let Some(lockfile) = lock::read(service, folder)? {
        let lockfile = lock::with(&lockfile, name, &checksum(source.as_bytes()));
        lock::change(&mut changes, folder, &lockfile)?;
    }
    Ok(changes)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::File {
        action: "read",
        path: path.to_owned(),
        source,
    })
}
