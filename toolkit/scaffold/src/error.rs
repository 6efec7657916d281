//! What can go wrong with files.

use std::{
    io,
    path::{Path, PathBuf},
};

/// An error of reading or changing files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was being done, as a verb: "read".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A service cannot be added.
    #[error("{service} cannot be added: {problem}")]
    NewService {
        /// The service.
        service: String,
        /// Why not.
        problem: String,
    },
    /// A file is not what it was when its change was worked out.
    #[error("{} changed meanwhile", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Files that were changed before something failed cannot be put back.
    #[error("what was changed is not put back: {}", failures.join("; "))]
    NotUndone {
        /// What cannot be put back, and why.
        failures: Vec<String>,
        /// What failed first.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A source or a manifest cannot be changed.
    #[error("cannot change {}: {problem}", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
}

/// The result of what reads or changes files.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> &str {
        match self {
            Self::File { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => {
                    "there is no such file; a path goes out from the folder that the command runs in"
                }
                io::ErrorKind::PermissionDenied => "check who owns the file and may use it",
                _ => "check that it is a file, who owns it, and the free disk space",
            },
            Self::NewService { .. } => {
                "nothing was written; correct that, then run the command again"
            }
            Self::Changed { .. } => "nothing of it was overwritten; run the command again",
            Self::NotUndone { .. } => {
                "`git status` shows what is left of the change; put it back by hand"
            }
            Self::Edit { .. } => {
                "no file was changed; correct this one, then run the command again"
            }
        }
    }
}

/// The error of `action`, a verb, on the file at `path`.
pub fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::File {
        action,
        path: path.clone(),
        source,
    }
}

/// The error of an edit of the file at `path` that cannot be made.
pub fn refused(path: &Path) -> impl FnOnce(String) -> Error + use<> {
    let path = path.to_owned();
    move |problem| Error::Edit { path, problem }
}
