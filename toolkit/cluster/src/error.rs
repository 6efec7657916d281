//! Why a private cluster does not run.

use std::{io, path::PathBuf};

/// Why a private cluster could not be made or started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// PostgreSQL's programs refuse to run as the superuser of the machine.
    #[error("PostgreSQL does not run as root")]
    Root,
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was being done, as a verb: "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// Others may look into the folder where the socket would be.
    #[error("{} is not this user's alone", folder.display())]
    NotPrivate {
        /// The folder.
        folder: PathBuf,
    },
    /// One of PostgreSQL's programs failed.
    #[error("{} failed: {said}", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// The last of what it said.
        said: String,
    },
}

impl ClusterError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Root => "run as another user, or set TEST_DATABASE_URL to a server".to_owned(),
            Self::File { .. } => {
                "check the folder's owner and the free disk space, or set TEST_DATABASE_URL to a \
                 server"
                    .to_owned()
            }
            Self::NotPrivate { folder } => format!(
                "remove {}, or set TEST_DATABASE_URL to a server",
                folder.display()
            ),
            Self::Program { .. } => {
                "set TOOLKIT_TEST_PG_BIN to the folder of another PostgreSQL's programs, or \
                 TEST_DATABASE_URL to a server"
                    .to_owned()
            }
        }
    }
}
