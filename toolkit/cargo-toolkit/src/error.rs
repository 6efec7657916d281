//! What can go wrong.

use std::{io, path::PathBuf};

/// An error of a command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    #[error(transparent)]
    Files(#[from] toolkit_scaffold::Error),
    #[error("the current folder is not known")]
    Folder(#[source] io::Error),
    #[error("{} has no toolkit", root.display())]
    NoToolkit { root: PathBuf },
    #[error("cannot start cargo")]
    Cargo(#[source] io::Error),
    #[error("cannot start {}", path.display())]
    Start {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cargo built no program {name}")]
    NoProgram { name: String },
    #[error("the toolkit could not be built")]
    NotBuilt,
    #[error("{package} uses SeaORM {version}, and the toolkit SeaORM 2")]
    SeaOrm { package: String, version: String },
    #[error("{problem}")]
    Refused { problem: String, hint: String },
    #[error("nothing was written")]
    NotConfirmed { asked: bool },
    #[error("cannot ask")]
    Ask(#[source] dialoguer::Error),
}

impl Error {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Files(error) => Some(error.hint()),
            Self::Folder(_) | Self::Ask(_) | Self::Start { .. } => None,
            Self::NoToolkit { .. } => Some("`cargo toolkit init` makes one"),
            Self::Cargo(_) => Some("install Rust: https://rustup.rs"),
            Self::NoProgram { .. } => {
                Some("the package whose main calls toolkit_engine::main needs a binary")
            }
            Self::NotBuilt => Some("cargo says above why"),
            Self::SeaOrm { .. } => Some(
                "nothing was written; raise sea-orm and sea-orm-migration to 2, then run the command again",
            ),
            Self::Refused { hint, .. } => Some(hint),
            Self::NotConfirmed { asked } => {
                (!asked).then_some("pass --yes where nobody can be asked")
            }
        }
    }

    /// Whether the answer is no, rather than a failure.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Files(error) => matches!(error, toolkit_scaffold::Error::NewService { .. }),
            Self::SeaOrm { .. } | Self::Refused { .. } | Self::NotConfirmed { .. } => true,
            Self::Folder(_)
            | Self::NoToolkit { .. }
            | Self::Cargo(_)
            | Self::Start { .. }
            | Self::NoProgram { .. }
            | Self::NotBuilt
            | Self::Ask(_) => false,
        }
    }
}
