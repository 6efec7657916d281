//! Changes of several files that are made together: all of them, or none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result,
    error::{failed, refused},
};

/// Changes of files, to be made in order.
#[derive(Debug, Default)]
pub struct FileChanges {
    changes: Vec<FileChange>,
    /// How many of them are made.
    made: usize,
}

#[derive(Debug)]
enum FileChange {
    /// What the file at `path` holds before and after; nothing where it is not there.
    Text {
        path: PathBuf,
        before: Option<String>,
        after: Option<String>,
    },
    /// A folder gets another name.
    Rename { from: PathBuf, to: PathBuf },
    /// A folder that is not there is made.
    Folder { path: PathBuf },
}

impl FileChanges {
    /// The file at `path`, which is not there, gets `text`.
    pub fn create(&mut self, path: PathBuf, text: String) {
        self.changes.push(FileChange::Text {
            path,
            before: None,
            after: Some(text),
        });
    }

    /// The file at `path`, which holds `before`, gets `after`.
    pub fn replace(&mut self, path: PathBuf, before: String, after: String) {
        self.changes.push(FileChange::Text {
            path,
            before: Some(before),
            after: Some(after),
        });
    }

    /// The file at `path` holds `text`, whether it is there or not; nothing to do if it does, line by line.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub fn hold(&mut self, path: PathBuf, text: String) -> Result<()> {
        match read_if_there(&path)? {
            Some(found) if found.lines().eq(text.lines()) => {}
            Some(found) => self.replace(path, found, text),
            None => self.create(path, text),
        }
        Ok(())
    }

    /// The file at `path` gets what `change` makes of its text. Whether that is another one.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read, [`Error::Edit`] with what `change` says against it.
    pub fn edit(
        &mut self,
        path: &Path,
        change: impl FnOnce(&str) -> std::result::Result<String, String>,
    ) -> Result<bool> {
        let before = self.text(path)?;
        let after = change(&before).map_err(refused(path))?;
        let differs = before != after;
        if !differs {
            return Ok(false);
        }
        match self.last_text(path) {
            Some(text) => *text = after,
            None => self.replace(path.to_owned(), before, after),
        }
        Ok(true)
    }

    /// What the file at `path` will hold when the changes are made.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub fn text(&mut self, path: &Path) -> Result<String> {
        match self.last_text(path) {
            Some(text) => Ok(text.clone()),
            None => read(path),
        }
    }

    /// Whether there will be a file at `path` when the changes are made.
    pub fn has(&mut self, path: &Path) -> bool {
        self.last_text(path).is_some() || path.is_file()
    }

    /// What a change that is not made yet gives to the file at `path`.
    fn last_text(&mut self, path: &Path) -> Option<&mut String> {
        let pending = self.changes[self.made..].iter_mut().rev();
        pending.into_iter().find_map(|change| match change {
            FileChange::Text {
                path: other,
                after: Some(after),
                ..
            } if other == path => Some(after),
            FileChange::Text { .. } | FileChange::Rename { .. } | FileChange::Folder { .. } => None,
        })
    }

    /// Makes the changes of `other` behind these.
    pub fn append(&mut self, other: Self) {
        self.changes.extend(other.changes);
    }

    /// The files that will be written, in order, each with whether it is new.
    pub fn files(&self) -> Vec<(&Path, bool)> {
        let files = self.changes.iter().filter_map(|change| match change {
            FileChange::Text {
                path,
                before,
                after: Some(_),
            } => Some((path.as_path(), before.is_none())),
            FileChange::Text { .. } | FileChange::Rename { .. } | FileChange::Folder { .. } => None,
        });
        files.collect()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The file at `path`, which holds `before`, is deleted.
    pub fn delete(&mut self, path: PathBuf, before: String) {
        self.changes.push(FileChange::Text {
            path,
            before: Some(before),
            after: None,
        });
    }

    /// The folder at `path` is made, with those above it, wherever they are not there.
    pub fn folder(&mut self, path: &Path) {
        let missing = path.ancestors().take_while(|it| !it.is_dir());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        missing.retain(|it| !it.as_os_str().is_empty() && !self.makes(it));
        missing.reverse();
        let made = missing.into_iter().map(|path| FileChange::Folder { path });
        self.changes.extend(made);
    }

    fn makes(&self, folder: &Path) -> bool {
        self.changes
            .iter()
            .any(|change| matches!(change, FileChange::Folder { path } if path == folder))
    }

    /// The folder `from` becomes `to`, which is not there.
    pub fn rename(&mut self, from: PathBuf, to: PathBuf) {
        self.changes.push(FileChange::Rename { from, to });
    }

    /// Makes those that are not made yet.
    ///
    /// # Errors
    /// [`Error::File`] when one fails, [`Error::Changed`] when a file is not what it was when the
    /// changes were worked out. All that was made is taken back, as
    /// [`undo_after`](Self::undo_after) does.
    pub fn make(&mut self) -> Result<()> {
        while let Some(change) = self.changes.get(self.made) {
            if let Err(error) = change.make() {
                return Err(self.undo_after(error, |it| it));
            }
            self.made += 1;
        }
        Ok(())
    }

    /// Takes back what was made, the last first, because of `error`. Returns it, or
    /// [`Error::NotUndone`] as `wrap` gives it when a file cannot be put back.
    pub fn undo_after<E>(&mut self, error: E, wrap: impl FnOnce(Error) -> E) -> E
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let failures = self.undo();
        if failures.is_empty() {
            return error;
        }
        wrap(Error::NotUndone {
            failures,
            source: Box::new(error),
        })
    }

    /// Takes back what was made, the last first. Returns what cannot be put back, and why.
    fn undo(&mut self) -> Vec<String> {
        let made = self.changes[..self.made].iter().rev();
        self.made = 0;
        made.filter_map(|change| change.undo().err())
            .map(|error| told(&error))
            .collect()
    }

    /// The files that are written, in order.
    pub fn into_written(self) -> Vec<PathBuf> {
        let written = self.changes.into_iter().filter_map(|change| match change {
            FileChange::Text { path, after, .. } => after.map(|_| path),
            FileChange::Rename { .. } | FileChange::Folder { .. } => None,
        });
        written.collect()
    }
}

impl FileChange {
    fn make(&self) -> Result<()> {
        match self {
            Self::Text {
                path,
                before,
                after,
            } => exchange(path, before.as_deref(), after.as_deref()),
            Self::Rename { from, to } => rename(from, to),
            Self::Folder { path } => fs::create_dir(path).map_err(failed("create", path)),
        }
    }

    fn undo(&self) -> Result<()> {
        match self {
            Self::Text {
                path,
                before,
                after,
            } => exchange(path, after.as_deref(), before.as_deref()),
            Self::Rename { from, to } => rename(to, from),
            Self::Folder { path } => fs::remove_dir(path).map_err(failed("delete", path)),
        }
    }
}

/// Makes the file, which holds `from`, hold `to`; where there is no text there is no file.
fn exchange(path: &Path, from: Option<&str>, to: Option<&str>) -> Result<()> {
    match (from, bytes(path)?) {
        (None, Some(_)) => return Err(taken(path)),
        (Some(from), found) if found.as_deref() != Some(from.as_bytes()) => {
            return Err(Error::Changed {
                path: path.to_owned(),
            });
        }
        (None, None) | (Some(_), _) => {}
    }
    match to {
        Some(text) => write(path, text),
        None => fs::remove_file(path).map_err(failed("delete", path)),
    }
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        return Err(taken(to));
    }
    fs::rename(from, to).map_err(failed("rename", from))
}

fn bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

fn taken(path: &Path) -> Error {
    failed("create", path)(io::ErrorKind::AlreadyExists.into())
}

/// The text of the file at `path`.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(failed("read", path))
}

/// The text of the file at `path`; nothing if there is none.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn read_if_there(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// An error and its cause in one line.
fn told(error: &Error) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// Replaces the file at once, so that an interruption leaves the old one or the new one.
fn write(path: &Path, text: &str) -> Result<()> {
    let failed = failed("write", path);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".toolkit-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary file is private by default; sources are not.
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let temporary = builder.tempfile_in(folder).map_err(&failed)?;
    fs::write(temporary.path(), text).map_err(&failed)?;
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
        assert!(changes.undo().is_empty());
        assert!(!path("new").exists() && !path("last").exists());
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "old");
    }

    #[test]
    fn folders_are_made_with_their_files_and_go_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("taken"), "taken").unwrap();
        let changes = |last: &str| {
            let mut changes = FileChanges::default();
            changes.folder(&path("a/b"));
            changes.folder(&path("a/c"));
            changes.create(path("a/b/new"), "new".to_owned());
            changes.create(path(last), "last".to_owned());
            changes
        };
        changes("taken").make().unwrap_err();
        assert!(!path("a").exists());
        changes("last").make().unwrap();
        assert_eq!(fs::read_to_string(path("a/b/new")).unwrap(), "new");
        assert!(path("a/c").is_dir());
    }

    #[test]
    fn a_folder_gets_its_name_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("a")).unwrap();
        fs::write(path("a/x"), "x").unwrap();
        let mut changes = FileChanges::default();
        changes.rename(path("a"), path("b"));
        changes.replace(path("b/x"), "x".to_owned(), "y".to_owned());
        changes.rename(path("missing"), path("c"));
        changes.make().unwrap_err();
        assert!(!path("b").exists());
        assert_eq!(fs::read_to_string(path("a/x")).unwrap(), "x");
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone_and_both_failures_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("edited"), "by hand").unwrap();
        let mut changes = FileChanges::default();
        changes.create(path("new"), "new".to_owned());
        changes.replace(path("edited"), "before".to_owned(), "after".to_owned());
        let error = changes.make().unwrap_err();
        assert!(matches!(error, Error::Changed { .. }), "{error}");
        assert!(!path("new").exists());
        assert_eq!(fs::read_to_string(path("edited")).unwrap(), "by hand");

        let mut changes = FileChanges::default();
        changes.create(path("new"), "new".to_owned());
        changes.replace(path("edited"), "by hand".to_owned(), "after".to_owned());
        changes.make().unwrap();
        fs::write(path("edited"), "by hand again").unwrap();
        let first = Error::Edit {
            path: "shop".into(),
            problem: "first".to_owned(),
        };
        let error = changes.undo_after(first, |it| it);
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("shop"), "{cause}");
        assert!(error.to_string().contains("edited"), "{error}");
        assert!(!path("new").exists());
        assert_eq!(fs::read_to_string(path("edited")).unwrap(), "by hand again");
    }
}
