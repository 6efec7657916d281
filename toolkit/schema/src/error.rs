//! What can go wrong between two catalogs.

/// An error of comparing or planning.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
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
    /// PostgreSQL refuses a change of something as long as something else uses it.
    #[error("{object} cannot be changed while {user} uses it")]
    InUse {
        /// What shall change.
        object: String,
        /// What uses it, and stays.
        user: String,
    },
    /// The steps need each other in a circle.
    #[error("no order of these steps works, each waits for another: {}", steps.join("; "))]
    Cycle {
        /// The steps of the circle.
        steps: Vec<String>,
    },
}

/// The result of comparing or planning.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Rename { .. } => {
                Some("name what exists in the current schema, then its new name")
            }
            Self::InUse { .. } => Some(
                "make the change in two migrations: give what uses it another type in the first, say text, \
                 and the new one in the second; a partitioned table is made anew by hand (--empty)",
            ),
            Self::Cycle { .. } => Some("make the change in two migrations"),
        }
    }
}
