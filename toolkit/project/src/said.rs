//! The file of a migration crate that holds what the service's entities said when a migration was last
//! generated.

use std::path::{Path, PathBuf};

use super::FileChanges;
use crate::{Result, read_if_there};

/// The name of the file, beside the lock file.
pub const FILE: &str = "entities.lock";

/// The text of the file of the crate in `folder`; nothing if there is none.
///
/// # Errors
/// When it cannot be read.
pub fn read_text(folder: &Path) -> Result<Option<String>> {
    read_if_there(&folder.join(FILE))
}

/// Adds to `changes` what makes the file of `folder` hold `text`; nothing if it does.
///
/// # Errors
/// When it cannot be read.
pub fn change(changes: &mut FileChanges, folder: &Path, text: String) -> Result<()> {
    Ok(changes.hold(folder.join(FILE), text)?)
}

/// Has the file of `folder` hold `text`; returns its path if it was written.
///
/// # Errors
/// When it cannot be read or written.
pub fn save(folder: &Path, text: String) -> Result<Option<PathBuf>> {
    let mut changes = FileChanges::default();
    change(&mut changes, folder, text)?;
    changes.make()?;
    Ok(changes.into_written().pop())
}
