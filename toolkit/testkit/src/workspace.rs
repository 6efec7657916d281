//! A folder that a program takes for the workspace root.

use std::{fs, path::Path};

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
