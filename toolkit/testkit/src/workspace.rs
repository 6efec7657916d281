//! A folder that a program takes for the workspace root, and copies of this repository.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::Program;

/// An empty workspace; deleted when it is dropped.
#[derive(Debug)]
pub struct Workspace(TempDir);

impl Workspace {
    /// Creates one.
    ///
    /// # Panics
    /// When it cannot be created.
    pub fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
        Self(folder)
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes the file `name`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// The program at `path`, to be run in this workspace.
    pub fn program(&self, path: impl AsRef<Path>) -> Program {
        Program::new(path).folder(self.path())
    }
}

/// Makes `folder` what this repository is, as far as git knows its files, and returns their names. What
/// is as it was keeps its time, by which Cargo goes; what an earlier copy left is deleted, but for its `.git`.
///
/// # Panics
/// When a file cannot be read or written.
pub fn copy_repository(folder: &Path) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let words = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let listed = Program::new("git").args(words).folder(&root).run();
    let names = listed.success().stdout;
    let mut names: Vec<String> = names.split_terminator('\0').map(str::to_owned).collect();
    names.retain(|name| root.join(name).is_file());
    for name in &names {
        let (text, copy) = (fs::read(root.join(name)).unwrap(), folder.join(name));
        if fs::read(&copy).ok().as_ref() != Some(&text) {
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::write(copy, text).unwrap();
        }
    }
    fs::create_dir_all(folder).unwrap();
    keep_only(
        &names.iter().map(|name| folder.join(name)).collect(),
        folder,
    );
    names
}

fn keep_only(wanted: &BTreeSet<PathBuf>, folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".git") {
            keep_only(wanted, &path);
            // Fails where it holds something.
            let _ = fs::remove_dir(&path);
        } else if path.is_file() && !wanted.contains(&path) {
            fs::remove_file(path).unwrap();
        }
    }
}

/// Cargo for the workspace in `folder`, a copy. What it builds is beside it, in [`built`]: to Cargo a package of a
/// copy is the same as that of the workspace, and one would take what was built of the other for its own.
pub fn cargo(folder: &Path) -> Program {
    Program::new(std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from))
        .env("CARGO_TARGET_DIR", beside(folder))
        .env("CARGO_TERM_COLOR", "never")
        .folder(folder)
}

/// The program `name` as [`cargo`] built it last for the copy in `folder`.
pub fn built(folder: &Path, name: &str) -> PathBuf {
    beside(folder).join("debug").join(name)
}

fn beside(folder: &Path) -> PathBuf {
    folder.with_file_name("built")
}
