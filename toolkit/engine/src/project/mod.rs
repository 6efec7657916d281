//! The files of a migration crate: names of new migrations, their registration, and the lock file.

mod branch;
pub(crate) mod conflict;
mod edit;
pub(crate) mod finding;
mod git;
pub(crate) mod lock;
mod name;
mod order;
mod rebase;
mod register;
mod source;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub(crate) use branch::Branches;
pub(crate) use git::Repository;
pub(crate) use lock::Sources;
pub(crate) use name::migration_name;
pub(crate) use rebase::Rebase;
use toolkit_runtime::{Service, checksum};

use crate::{Error, Result};

/// Writes the migration `name` with its `source` into the crate of `service` in `folder`, registers
/// it and, if the crate has a lock file, locks it. Returns the written files. Writes nothing if the
/// registration is not possible or the lock file cannot be read.
pub(crate) fn add_migration(
    service: &Service,
    folder: &Path,
    name: &str,
    source: &str,
) -> Result<Vec<PathBuf>, toolkit_runtime::Error> {
    let library = folder.join("src/lib.rs");
    let before = fs::read_to_string(&library).map_err(|source| Error::File {
        action: "read",
        path: library.clone(),
        source,
    })?;
    let after = register::register(&before, name).map_err(|problem| Error::Register {
        path: library.clone(),
        problem,
    })?;
    let lockfile = lock::read(service, folder)?;
    let file = folder.join("src").join(format!("{name}.rs"));
    write(&file, source)?;
    write(&library, &after)?;
    let mut files = vec![file, library];
    if let Some(lockfile) = lockfile {
        let lockfile = lock::with(&lockfile, name, &checksum(source.as_bytes()));
        files.extend(lock::save(folder, &lockfile)?);
    }
    Ok(files)
}

/// Replaces the file at once, so that an interruption leaves the old one or the new one.
fn write(path: &Path, text: &str) -> Result<()> {
    let failed = |source| Error::File {
        action: "write",
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".toolkit-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary file is private by default; sources are not.
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let temporary = builder.tempfile_in(folder).map_err(failed)?;
    fs::write(temporary.path(), text).map_err(failed)?;
    temporary
        .persist(path)
        .map_err(|error| failed(error.error))?;
    Ok(())
}
