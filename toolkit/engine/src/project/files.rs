//! Changes of several files that are made together: all of them, or none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// Changes of files, to be made in order.
#[derive(Debug, Default)]
pub(crate) struct FileChanges {
    changes: Vec<FileChange>,
    /// How many of them are made.
    made: usize,
}

#[derive(Debug)]
struct FileChange {
    path: PathBuf,
    before: Option<String>,
    after: Option<String>,
}

impl FileChanges {
    /// The file at `path`, which is not there, gets `text`.
    pub(super) fn create(&mut self, path: PathBuf, text: String) {
        self.changes.push(FileChange {
            path,
            before: None,
            after: Some(text),
        });
    }

    /// The file at `path`, which holds `before`, gets `after`.
    pub(super) fn replace(&mut self, path: PathBuf, before: String, after: String) {
        self.changes.push(FileChange {
            path,
            before: Some(before),
            after: Some(after),
        });
    }

    /// The file at `path`, which holds `before`, is deleted.
    pub(super) fn delete(&mut self, path: PathBuf, before: String) {
        self.changes.push(FileChange {
            path,
            before: Some(before),
            after: None,
        });
    }

    /// Makes them all.
    ///
    /// # Errors
    /// [`Error::File`] when one fails; those before it are taken back.
    pub(crate) fn make(&mut self) -> Result<()> {
        while let Some(change) = self.changes.get(self.made) {
            if let Err(error) = change.make() {
                self.undo()?;
                return Err(error);
            }
            self.made += 1;
        }
        Ok(())
    }

    /// Takes back what was made, the last first.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be put back; it says which.
    pub(crate) fn undo(&mut self) -> Result<()> {
        while let Some(last) = self.made.checked_sub(1) {
            let FileChange {
                path,
                before,
                after: _,
            } = &self.changes[last];
            put(path, before.as_deref())?;
            self.made = last;
        }
        Ok(())
    }

    /// The files that are written, in order.
    pub(crate) fn into_written(self) -> Vec<PathBuf> {
        let written = self
            .changes
            .into_iter()
            .filter(|change| change.after.is_some());
        written.map(|change| change.path).collect()
    }
}

impl FileChange {
    fn make(&self) -> Result<()> {
        if self.before.is_none() && self.path.exists() {
            return Err(Error::File {
                action: "create",
                path: self.path.clone(),
                source: io::ErrorKind::AlreadyExists.into(),
            });
        }
        put(&self.path, self.after.as_deref())
    }
}

/// Makes the file hold `text`, or not be there.
fn put(path: &Path, text: Option<&str>) -> Result<()> {
    match text {
        Some(text) => write(path, text),
        None => fs::remove_file(path).map_err(|source| Error::File {
            action: "delete",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Replaces the file at once, so that an interruption leaves the old one or the new one.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_changes_are_made_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("old"), "old").unwrap();
        fs::write(path("kept"), "before").unwrap();
        let changes = |last: &str| {
            let mut changes = FileChanges::default();
            changes.create(path("new"), "new".to_owned());
            changes.delete(path("old"), "old".to_owned());
            changes.replace(path("kept"), "before".to_owned(), "after".to_owned());
            changes.create(path(last), "last".to_owned());
            changes
        };
        changes("kept").make().unwrap_err();
        assert!(!path("new").exists());
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "old");
        assert_eq!(fs::read_to_string(path("kept")).unwrap(), "before");

        let mut changes = changes("last");
        changes.make().unwrap();
        assert!(!path("old").exists());
        assert_eq!(fs::read_to_string(path("kept")).unwrap(), "after");
        changes.undo().unwrap();
        assert!(!path("new").exists() && !path("last").exists());
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "old");
    }
}
