//! Moving migrations behind others: their files, `lib.rs` and the lock file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use toolkit_runtime::{Entry, Lockfile};

use super::{branch::merged, edit, lock, order, source, write};
use crate::{Error, Result};

/// What is to be written.
#[derive(Clone, Debug)]
pub(crate) struct Rebase<'a> {
    /// The folder of the migration crate.
    pub(crate) folder: &'a Path,
    /// Old and new names.
    pub(crate) renames: &'a [(String, String)],
    /// The old names of all migrations, in the order that they should have.
    pub(crate) order: &'a [String],
    /// The names of those that no one else has.
    pub(crate) local: &'a [String],
    /// What this branch has locked.
    pub(crate) ours: &'a Lockfile,
    /// What the others have locked.
    pub(crate) theirs: &'a Lockfile,
}

/// A file that is written anew, maybe under another name.
struct Rewritten {
    from: PathBuf,
    to: PathBuf,
    text: String,
}

impl Rebase<'_> {
    /// Writes it and returns the written files. Whatever can be refused is refused first.
    ///
    /// # Errors
    /// [`Error::Edit`] when a source is not as it should be, [`Error::File`].
    pub(crate) fn write(&self) -> Result<Vec<PathBuf>> {
        let files = self.rewritten()?;
        let sources = self.folder.join("src");
        for (old, new) in self.renames {
            if sources.join(old).is_dir() {
                let moved = fs::rename(sources.join(old), sources.join(new));
                moved.map_err(failed("rename", &sources.join(old)))?;
            }
        }
        for file in &files {
            write(&file.to, &file.text)?;
        }
        // Until lib.rs is written, the old names count; so they go last.
        for file in files.iter().filter(|file| file.from != file.to) {
            match fs::remove_file(&file.from) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed("remove", &file.from)(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        let mut written: Vec<PathBuf> = files.into_iter().map(|file| file.to).collect();
        written.extend(lock::save(self.folder, &self.lockfile()?)?);
        Ok(written)
    }

    fn new_name<'n>(&'n self, name: &'n str) -> &'n str {
        let found = self.renames.iter().find(|(old, _)| old == name);
        found.map_or(name, |(_, new)| new)
    }

    /// Every source that changes, `lib.rs` last.
    fn rewritten(&self) -> Result<Vec<Rewritten>> {
        let sources = self.folder.join("src");
        let library = sources.join("lib.rs");
        let mut files = Vec::new();
        for from in source::files_below(&sources)? {
            if from.extension().is_none_or(|extension| extension != "rs") || from == library {
                continue;
            }
            files.extend(self.rewrite(&sources, from)?);
        }
        let text = read(&library)?;
        let names: Vec<String> = self
            .order
            .iter()
            .map(|name| self.new_name(name).to_owned())
            .collect();
        let renamed = edit::rename(&text, self.renames);
        let renamed = renamed.and_then(|renamed| order::reorder(&renamed, &names));
        let renamed = renamed.map_err(refused(&library))?;
        if renamed != text {
            files.push(Rewritten {
                from: library.clone(),
                to: library,
                text: renamed,
            });
        }
        Ok(files)
    }

    /// One source, if it changes or gets another name.
    fn rewrite(&self, sources: &Path, from: PathBuf) -> Result<Option<Rewritten>> {
        let path = from.strip_prefix(sources).unwrap_or(&from).to_owned();
        let first = path.iter().next().unwrap_or_default().to_string_lossy();
        let migration = first.strip_suffix(".rs").unwrap_or(&first);
        let own = self.renames.iter().find(|(old, _)| old == migration);
        let text = read(&from)?;
        let renamed = edit::rename(&text, self.renames).map_err(refused(&from))?;
        let to = own.map_or_else(
            || from.clone(),
            |(old, new)| {
                let moved = sources.join(first.replacen(old.as_str(), new, 1));
                path.iter().skip(1).fold(moved, |to, part| to.join(part))
            },
        );
        if to == from && renamed == text {
            return Ok(None);
        }
        if to != from && to.exists() {
            return Err(refused(&to)("there is such a file already".to_owned()));
        }
        let is_shared = self.order.iter().any(|name| name == migration)
            && !self.local.iter().any(|name| name == migration);
        if is_shared {
            return Err(refused(&from)(
                "it names a migration that only this branch has, but others have it too".to_owned(),
            ));
        }
        Ok(Some(Rewritten {
            from,
            to,
            text: renamed,
        }))
    }

    /// The lines of both branches, those of this one last and for the new names.
    fn lockfile(&self) -> Result<Lockfile> {
        let mut entries = Vec::new();
        for old in self.order {
            if !self.local.contains(old) {
                entries.extend(merged(old, self.ours, self.theirs));
                continue;
            }
            let name = self.new_name(old);
            if let Some(source) = source::find(self.folder, name) {
                entries.push(Entry::new(name, &source.checksum()?));
            }
        }
        Ok(entries.into_iter().collect())
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(failed("read", path))
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::File {
        action,
        path,
        source,
    }
}

fn refused(path: &Path) -> impl FnOnce(String) -> Error + use<> {
    let path = path.to_owned();
    move |problem| Error::Edit { path, problem }
}
