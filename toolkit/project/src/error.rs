//! What can go wrong with a workspace's files.

/// An error of reading or changing files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Files cannot be read or changed.
    #[error(transparent)]
    Files(#[from] toolkit_scaffold::Error),
    /// It is not known where entities shall be written.
    #[error("there is no place for entities of {service}: {} is not there", looked.display())]
    EntityFolder {
        /// The service.
        service: String,
        /// Where they would be.
        looked: std::path::PathBuf,
    },
    /// Somebody else's file is where a generated one would be.
    #[error("{} is not written over: {problem}", path.display())]
    NotGenerated {
        /// The file or the folder.
        path: std::path::PathBuf,
        /// What it is.
        problem: &'static str,
    },
    /// A migration crate does not look as SeaORM's do.
    #[error("cannot register a migration in {}: {problem}", path.display())]
    Register {
        /// The file.
        path: std::path::PathBuf,
        /// What is unusual about it.
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
            Self::Files(error) => Some(error.hint()),
            Self::EntityFolder { .. } => Some("name the folder: --out entity/src/shop"),
            Self::NotGenerated { .. } => {
                Some("nothing was written; move it away, or name another folder with --out")
            }
            Self::Register { .. } => Some(
                "nothing was written; src/lib.rs needs what SeaORM's template has there: `mod …;` of each migration, and \
                 `impl MigratorTrait` with a `vec![…]` of `Box::new(…::Migration)`, each called as its file",
            ),
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
            refusal: matches!(
                error,
                Error::Files(toolkit_scaffold::Error::NewService { .. })
            ),
            source: Box::new(error),
            hint,
        }
    }
}
