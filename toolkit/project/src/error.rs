//! What can go wrong with a workspace's files.

use std::{io, path::Path};

/// An error of reading or changing files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file of the project cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was being done, as a verb: "read".
        action: &'static str,
        /// The file.
        path: std::path::PathBuf,
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
    /// It is not known where entities shall be written.
    #[error("there is no place for entities of {service}: {} is not there", looked.display())]
    EntityFolder {
        /// The service.
        service: String,
        /// Where they would be.
        looked: std::path::PathBuf,
    },
    /// A file is not what it was when its change was worked out.
    #[error("{} changed meanwhile", path.display())]
    Changed {
        /// The file.
        path: std::path::PathBuf,
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
    /// A migration crate does not look as SeaORM's do.
    #[error("cannot register a migration in {}: {problem}", path.display())]
    Register {
        /// The file.
        path: std::path::PathBuf,
        /// What is unusual about it.
        problem: String,
    },
    /// A source of a migration crate cannot be changed.
    #[error("cannot change {}: {problem}", path.display())]
    Edit {
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        problem: String,
    },
    /// Git is not there, or does not have what is asked for.
    #[error("git cannot be asked: {problem}")]
    Git {
        /// What is missing.
        problem: String,
    },
    /// The service does not say where its migration crate is.
    #[error("where the migration crate of {service} is, is not known")]
    NoFolder {
        /// The service.
        service: String,
    },
    /// The workspace that the toolkit runs in does not have the service's migration crate.
    #[error("{} {} the migration crate of {service}", here.display(), if *is_workspace { "does not have" } else { "is in no workspace that has" })]
    Elsewhere {
        /// The service.
        service: String,
        /// Where the crate was when the toolkit was built.
        built: std::path::PathBuf,
        /// The workspace, else the current folder.
        here: std::path::PathBuf,
        /// Whether it is a workspace.
        is_workspace: bool,
    },
}

/// The result of what reads or changes files.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::File { .. } => Some("check the file's owner and the free disk space"),
            Self::NewService { .. } => {
                Some("nothing was written; correct that, then run the command again")
            }
            Self::EntityFolder { .. } => Some("name the folder: --out entity/src/shop"),
            Self::Changed { .. } => Some("nothing of it was overwritten; run the command again"),
            Self::NotUndone { .. } => {
                Some("`git status` shows what is left of the change; put it back by hand")
            }
            Self::Register { .. } => Some(
                "nothing was written; src/lib.rs needs what SeaORM's template has there: `mod …;` of each migration, and \
                 `impl MigratorTrait` with a `vec![…]` of `Box::new(…::Migration)`, each called as its file",
            ),
            Self::Edit { .. } => {
                Some("no file was changed; correct this one, then run the command again")
            }
            Self::Git { .. } => Some(
                "name the branch that yours goes into: --onto origin/main; `git fetch` brings it",
            ),
            Self::NoFolder { .. } => {
                Some("say it in the service's definition: .folder(env!(\"CARGO_MANIFEST_DIR\"))")
            }
            Self::Elsewhere { .. } => Some(
                "files are written to the workspace that the toolkit runs in: change into the one that has \
                 the crate, or run the toolkit that is built there with `cargo run -p toolkit`",
            ),
        }
    }
}

impl From<Error> for toolkit_runtime::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self::Engine {
            refusal: matches!(error, Error::NewService { .. }),
            source: Box::new(error),
            hint,
        }
    }
}

/// The error of `action`, a verb, on the file at `path`.
pub(crate) fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::File {
        action,
        path: path.clone(),
        source,
    }
}

/// The error of an edit of the file at `path` that cannot be made.
pub(crate) fn refused(path: &Path) -> impl FnOnce(String) -> Error + use<> {
    let path = path.to_owned();
    move |problem| Error::Edit { path, problem }
}
