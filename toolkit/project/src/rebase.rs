//! Moving migrations behind others: their files, `lib.rs` and the lock file.

use std::path::{Path, PathBuf};

use toolkit_runtime::{Entry, Lockfile};
use toolkit_scaffold::refused;

use super::{FileChanges, branch::merged, edit, lock, order, read, source};
use crate::{Error, Result};

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Rebase<'a> {
    /// The folder of the migration crate.
    pub folder: &'a Path,
    /// Old and new names.
    pub renames: &'a [(String, String)],
    /// The old names of all migrations, in the order that they should have.
    pub order: &'a [String],
    /// The names of those that no one else has.
    pub local: &'a [String],
    /// What this branch has locked.
    pub ours: &'a Lockfile,
    /// What the others have locked.
    pub theirs: &'a Lockfile,
}

/// A file that is written anew, maybe under another name.
struct Rewritten {
    from: PathBuf,
    to: PathBuf,
    before: String,
    text: String,
}

impl Rebase<'_> {
    /// Writes it and returns the written files: all of them, or none. Whatever can be refused is
    /// refused first.
    ///
    /// # Errors
    /// [`toolkit_scaffold::Error::Edit`] when a source is not as it should be, and those of [`FileChanges::make`].
    pub fn write(&self) -> Result<Vec<PathBuf>> {
        let mut changes = self.changes()?;
        changes.make()?;
        // The lock file says what the sources are now.
        let locked = self.lockfile();
        let locked = locked.and_then(|it| lock::change(&mut changes, self.folder, &it));
        if let Err(error) = locked {
            return Err(changes.undo_after(error, Error::from));
        }
        changes.make()?;
        Ok(changes.into_written())
    }

    /// Refuses what [`Rebase::write`] would refuse.
    ///
    /// # Errors
    /// [`toolkit_scaffold::Error::Edit`] when a source is not as it should be.
    pub fn refuse(&self) -> Result<()> {
        self.changes().map(drop)
    }

    /// The changes of the sources.
    fn changes(&self) -> Result<FileChanges> {
        let sources = self.folder.join("src");
        let files = self.rewritten()?;
        let mut changes = FileChanges::default();
        for (old, new) in self.renames {
            if sources.join(old).is_dir() {
                changes.rename(sources.join(old), sources.join(new));
            }
        }
        let mut old = Vec::new();
        for file in files {
            if file.from.parent() == file.to.parent() && file.from != file.to {
                changes.create(file.to, file.text);
                old.push((file.from, file.before));
            } else {
                // A file in a folder got its new name with that.
                changes.replace(file.to, file.before, file.text);
            }
        }
        // Until lib.rs is written, the old names count; so they go last.
        for (path, before) in old {
            changes.delete(path, before);
        }
        Ok(changes)
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
                before: text,
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
            return Err(refused(&to)("there is such a file already".to_owned()).into());
        }
        let is_shared = self.order.iter().any(|name| name == migration)
            && !self.local.iter().any(|name| name == migration);
        if is_shared {
            return Err(refused(&from)(
                "it names a migration that only this branch has, but others have it too".to_owned(),
            )
            .into());
        }
        Ok(Some(Rewritten {
            from,
            to,
            before: text,
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

#[cfg(test)]
mod tests {
    use std::fs;

    use toolkit_runtime::checksum;

    use super::*;

    const LIBRARY: &str = "mod m1;\nmod m2;\nmod m3;\n\nimpl MigratorTrait for M {\n    fn migrations() -> V {\n        \
        vec![\n            Box::new(m1::Migration),\n            Box::new(m2::Migration),\n            \
        Box::new(m3::Migration),\n        ]\n    }\n}\n\nfn service() { limits(\"m2\") }\n";
    const LOCAL: &str = "use super::m1::A;\nfn name() { \"m2\" }\nconst UP: &str = include_str!(\"../m2/up.sql\");\n";

    /// A crate whose second migration is only this branch's, and lies in a folder.
    fn project() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let sources = folder.path().join("src");
        fs::create_dir_all(sources.join("m2")).unwrap();
        for (file, text) in [
            ("lib.rs", LIBRARY),
            ("m1.rs", "//! m2 came later.\n"),
            ("m2/mod.rs", LOCAL),
            ("m2/up.sql", "SELECT 1"),
            ("m3.rs", ""),
        ] {
            fs::write(sources.join(file), text).unwrap();
        }
        folder
    }

    fn rebase(folder: &Path) -> Result<Vec<PathBuf>> {
        let lockfile = |names: [&str; 2]| -> Lockfile {
            let entry = |name: &str| Entry::new(name, &checksum(name.as_bytes()));
            names.map(entry).into_iter().collect()
        };
        let rebase = Rebase {
            folder,
            renames: &[("m2".to_owned(), "m4".to_owned())],
            order: &["m1", "m3", "m2"].map(str::to_owned),
            local: &["m2".to_owned()],
            ours: &lockfile(["m1", "m2"]),
            theirs: &lockfile(["m1", "m3"]),
        };
        rebase.write()
    }

    #[test]
    fn a_migration_moves_with_all_that_names_it() {
        let folder = project();
        let sources = folder.path().join("src");
        let written = rebase(folder.path()).unwrap();
        let names = ["src/m4/mod.rs", "src/lib.rs", lock::LOCKFILE];
        assert_eq!(written, names.map(|name| folder.path().join(name)));
        let library = read(&sources.join("lib.rs")).unwrap();
        let swapped = LIBRARY.replace("m2", "m4");
        let swapped = swapped.replace("mod m4;\nmod m3;", "mod m3;\nmod m4;");
        let list = "Box::new(m3::Migration),\n            Box::new(m4::Migration)";
        let swapped = swapped.replace(
            "Box::new(m4::Migration),\n            Box::new(m3::Migration)",
            list,
        );
        assert_eq!(library, swapped);
        let local = read(&sources.join("m4/mod.rs")).unwrap();
        assert_eq!(local, LOCAL.replace("m2", "m4"));
        assert!(sources.join("m4/up.sql").exists() && !sources.join("m2").exists());

        let lockfile =
            Lockfile::parse(&read(&folder.path().join(lock::LOCKFILE)).unwrap()).unwrap();
        let names: Vec<&str> = lockfile
            .entries()
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        assert_eq!(names, ["m1", "m3", "m4"]);
        assert_eq!(lockfile.broken(), []);
        let source = source::find(folder.path(), "m4").unwrap();
        assert!(
            lockfile
                .entry("m4")
                .unwrap()
                .matches(&source.checksum().unwrap())
        );
    }

    #[test]
    fn a_file_that_others_have_and_one_that_is_there_are_left_alone() {
        let folder = project();
        let files = || source::files_below(folder.path()).unwrap();
        let shared = folder.path().join("src/m3.rs");
        fs::write(&shared, "use super::m2::A;\n").unwrap();
        let before = files();
        let error = rebase(folder.path()).unwrap_err();
        assert!(error.to_string().contains("others have it too"), "{error}");
        fs::write(&shared, "").unwrap();
        fs::create_dir(folder.path().join("src/m4")).unwrap();
        fs::write(folder.path().join("src/m4/mod.rs"), "").unwrap();
        let error = rebase(folder.path()).unwrap_err();
        assert!(error.to_string().contains("such a file already"), "{error}");
        fs::remove_dir_all(folder.path().join("src/m4")).unwrap();
        assert_eq!(files(), before);
        assert_eq!(read(&folder.path().join("src/lib.rs")).unwrap(), LIBRARY);
    }

    #[test]
    fn what_fails_in_the_middle_is_taken_back() {
        let folder = project();
        let files = || source::files_below(folder.path()).unwrap();
        // The text of the lock file is read when everything else is written.
        fs::create_dir(folder.path().join(lock::LOCKFILE)).unwrap();
        let before = files();
        rebase(folder.path()).unwrap_err();
        assert_eq!(files(), before);
        let sources = folder.path().join("src");
        assert_eq!(read(&sources.join("lib.rs")).unwrap(), LIBRARY);
        assert_eq!(read(&sources.join("m2/mod.rs")).unwrap(), LOCAL);
    }
}
