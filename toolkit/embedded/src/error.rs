//! What can go wrong with an embedded server.

use std::{io, path::PathBuf, time::Duration};

use crate::Holder;

/// Why an embedded server could not be started, stopped or deleted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// Another process uses the folder and did not let go of it in time.
    #[error("the embedded database in {} is in use by {holder} (waited {}s)", folder.display(), waited.as_secs())]
    Busy {
        /// The folder with the data.
        folder: PathBuf,
        /// Who uses it.
        holder: Holder,
        /// How long this process waited.
        waited: Duration,
    },
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
    /// The port cannot be listened on.
    #[error("cannot listen on port {port}")]
    Port {
        /// The port.
        port: u16,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The server did not start or stop.
    #[error("cannot {action} the embedded PostgreSQL")]
    Server {
        /// What was being done, as a verb: "start".
        action: &'static str,
        /// What the server said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl EmbeddedError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { holder, .. } => Some(format!(
                "wait for {holder} to end or stop it, then run the command again; to work side by \
                 side, set DATABASE_URL to a PostgreSQL server"
            )),
            Self::File { .. } => Some("check the folder's owner and the free disk space".to_owned()),
            Self::Port { .. } => {
                Some("choose another port, or leave --port out for a socket".to_owned())
            }
            Self::Server { .. } => Some(
                "if its data is damaged, `toolkit db --reset` deletes it; or set DATABASE_URL to a \
                 PostgreSQL server"
                    .to_owned(),
            ),
        }
    }
}
