//! The files of a migration crate: names of new migrations, and their registration.

mod files;
mod name;
mod register;
mod replace;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub(crate) use files::FileChanges;
pub(crate) use name::{migration_name, name_like};

use crate::{Error, Result};

/// Writes the migration `name` with its `source` into the crate in `folder` and registers it.
/// Returns the written files. Writes nothing if the registration is not possible.
pub(crate) fn add_migration(folder: &Path, name: &str, source: &str) -> Result<Vec<PathBuf>> {
    let mut changes = new_migration(folder, name, source)?;
    changes.make()?;
    Ok(changes.into_written())
}

/// The changes of files that add the migration `name` with its `source` to the crate in `folder`.
pub(crate) fn new_migration(folder: &Path, name: &str, source: &str) -> Result<FileChanges> {
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
    Ok(changes)
}

/// The changes of files that put the migration `new` with its `source` in the place of `old` in the
/// crate in `folder`. The service's definition says so, for databases that know the old ones.
pub(crate) fn squash_migrations(
    folder: &Path,
    old: &[String],
    new: &str,
    source: &str,
) -> Result<FileChanges> {
    let library = folder.join("src/lib.rs");
    let before = read(&library)?;
    let after = replace::replace(&before, old, new).map_err(|problem| Error::Register {
        path: library.clone(),
        problem,
    })?;
    let file = |name: &str| folder.join("src").join(format!("{name}.rs"));
    let mut changes = FileChanges::default();
    changes.create(file(new), source.to_owned());
    changes.replace(library, before, after);
    for name in old {
        let file = file(name);
        let text = read(&file)?;
        changes.delete(file, text);
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
