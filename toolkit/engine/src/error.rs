//! What can go wrong in the engine.

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A catalog query failed.
    #[error("cannot read {what} from the database's catalog")]
    Inspect {
        /// What was being read.
        what: &'static str,
        /// Why not.
        #[source]
        source: Box<sea_orm::DbErr>,
    },
    /// The catalog holds a code that this version of the toolkit does not know.
    #[error("unknown {what} {code:?} in the database's catalog")]
    UnknownCode {
        /// What the code stands for.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// A rename names something that is not there, or a name that is taken.
    #[error("cannot rename {from} to {to}: {reason}")]
    Rename {
        /// What was to be renamed.
        from: String,
        /// Its new name.
        to: String,
        /// Why it cannot.
        reason: &'static str,
    },
    /// The steps need each other in a circle.
    #[error("no order of these steps works, each waits for another: {}", steps.join("; "))]
    Cycle {
        /// The steps of the circle.
        steps: Vec<String>,
    },
}

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Inspect { .. } => Some("check the connection and the server's log"),
            Self::UnknownCode { .. } => {
                Some("this server is newer than the toolkit: PostgreSQL 14 to 18 are known")
            }
            Self::Rename { .. } => {
                Some("name what exists in the current schema, then its new name")
            }
            Self::Cycle { .. } => Some("make the change in two migrations"),
        }
    }
}
