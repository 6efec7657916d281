//! A folder of generated files: those that are not what they would be, and those that are no longer written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use toolkit_scaffold::FileChanges;

use crate::{Error, Result, read_if_there};

/// What has to be done to a folder of generated files.
#[derive(Debug, Default)]
pub struct Generated {
    /// The files whose text would be another one.
    pub stale: Vec<PathBuf>,
    /// The files that are not there.
    pub missing: Vec<PathBuf>,
    /// The files of earlier runs that are no longer written.
    pub left: Vec<PathBuf>,
    folder: PathBuf,
    changes: FileChanges,
}

impl Generated {
    /// Works out what to do so that `folder` holds `files`, whose paths are below it, and no others that have `mark` in
    /// their first line. Files without it are somebody's, and stay.
    ///
    /// # Errors
    /// [`Error::NotGenerated`] when a file without the mark, or a link, is where one of `files` would be;
    /// [`Error::Files`] when one cannot be read.
    pub fn plan(folder: &Path, files: &BTreeMap<String, String>, mark: &str) -> Result<Self> {
        let mut plan = Self {
            folder: folder.to_owned(),
            ..Self::default()
        };
        plan.changes.folder(folder);
        let mut kept = BTreeSet::new();
        for (place, text) in files {
            let path = plan.place(place)?;
            match read_if_there(&path)? {
                None => {
                    plan.missing.push(path.clone());
                    plan.changes.create(path.clone(), text.clone());
                }
                Some(found) if found.lines().eq(text.lines()) => {}
                Some(found) if is_marked(&found, mark) => {
                    plan.stale.push(path.clone());
                    plan.changes.replace(path.clone(), found, text.clone());
                }
                Some(_) => {
                    let problem = "the toolkit did not write what is there";
                    return Err(Error::NotGenerated { path, problem });
                }
            }
            kept.insert(path);
        }
        for path in below(folder) {
            if kept.contains(&path) {
                continue;
            }
            // What is no text is nobody's page.
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            if is_marked(&text, mark) {
                plan.changes.delete(path.clone(), text);
                plan.left.push(path);
            }
        }
        Ok(plan)
    }

    /// Whether the folder holds what it should.
    pub fn is_current(&self) -> bool {
        self.stale.is_empty() && self.missing.is_empty() && self.left.is_empty()
    }

    /// Makes the changes, and removes folders that are empty then.
    ///
    /// # Errors
    /// [`Error::Files`]; all that was made is taken back.
    pub fn make(&mut self) -> Result<()> {
        self.changes.make()?;
        for path in &self.left {
            let folder = path.parent().filter(|it| *it != self.folder);
            // One that holds something else stays.
            let _ = folder.map(fs::remove_dir);
        }
        Ok(())
    }

    /// Where a file is, with the folders that it needs. A link could lead out of the folder, so none is followed.
    fn place(&mut self, place: &str) -> Result<PathBuf> {
        let mut path = self.folder.clone();
        for part in place.split('/') {
            path.push(part);
            let found = fs::symlink_metadata(&path);
            if found.is_ok_and(|it| it.is_symlink()) {
                let problem = "it is a link";
                return Err(Error::NotGenerated { path, problem });
            }
        }
        if let Some(folder) = path.parent() {
            self.changes.folder(folder);
        }
        Ok(path)
    }
}

fn is_marked(text: &str, mark: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains(mark))
}

/// The pages in `folder` and in the folders right below it, in order; links are not followed.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if fs::symlink_metadata(&path).is_ok_and(|it| it.is_dir()) {
            found.extend(entries(&path).into_iter().filter(|it| is_page(it)));
        } else if is_page(&path) {
            found.push(path);
        }
    }
    found
}

fn is_page(path: &Path) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|it| it.is_file());
    is_file && (path.extension()).is_some_and(|it| it == "md" || it == "html")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: &str = "written by us";

    fn files(names: &[&str]) -> BTreeMap<String, String> {
        let files = names.iter().map(|name| {
            let text = format!("<!-- {MARK} -->\n{name}\n");
            ((*name).to_owned(), text)
        });
        files.collect()
    }

    #[test]
    fn what_is_no_longer_written_goes_and_what_others_wrote_stays() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("docs/schema");
        let plan = |names: &[&str]| Generated::plan(&folder, &files(names), MARK);
        let mut first = plan(&["README.md", "a/one.md", "b/two.md"]).unwrap();
        assert_eq!(first.missing.len(), 3);
        first.make().unwrap();
        assert!(
            plan(&["README.md", "a/one.md", "b/two.md"])
                .unwrap()
                .is_current()
        );

        fs::write(folder.join("a/mine.md"), "mine\n").unwrap();
        fs::write(
            root.path().join("docs/other.md"),
            format!("<!-- {MARK} -->\n"),
        )
        .unwrap();
        let mut second = plan(&["README.md"]).unwrap();
        assert_eq!(
            second.left,
            [folder.join("a/one.md"), folder.join("b/two.md")]
        );
        second.make().unwrap();
        assert!(folder.join("a/mine.md").exists() && !folder.join("a/one.md").exists());
        assert!(!folder.join("b").exists());
        assert!(root.path().join("docs/other.md").exists());

        let error = plan(&["README.md", "a/mine.md"]).unwrap_err();
        assert!(matches!(error, Error::NotGenerated { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_where_a_link_leads() {
        let root = tempfile::tempdir().unwrap();
        let (folder, elsewhere) = (root.path().join("out"), root.path().join("elsewhere"));
        fs::create_dir(&folder).unwrap();
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("x.md"), format!("<!-- {MARK} -->\n")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.join("a")).unwrap();
        let error = Generated::plan(&folder, &files(&["a/one.md"]), MARK).unwrap_err();
        assert!(matches!(error, Error::NotGenerated { .. }), "{error}");
        // Nor is what is behind it taken for a page that nobody writes any more.
        assert!(
            Generated::plan(&folder, &files(&["b.md"]), MARK)
                .unwrap()
                .left
                .is_empty()
        );
    }
}
