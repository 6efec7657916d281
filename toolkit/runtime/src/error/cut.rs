//! What a signal cut off, and what is left of it. No I/O here.

use crate::Direction;

/// What a signal cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// Nothing that changes anything.
    Nothing,
    /// The command did something, and what is not told.
    Unknown,
    /// No migration was running.
    Between,
    /// A migration was running.
    Migration {
        /// The service.
        service: String,
        /// The migration.
        migration: String,
        /// Which way it ran.
        direction: Direction,
        /// Whether its work and its record are one transaction.
        transactional: bool,
        /// Whether it may be begun again as it is.
        resumable: bool,
    },
}

impl Cut {
    /// What the process was at, behind "interrupted by …".
    pub(super) fn during(&self) -> String {
        match self {
            Self::Nothing | Self::Unknown | Self::Between => String::new(),
            Self::Migration {
                service,
                migration,
                direction,
                ..
            } => {
                let doing = match direction {
                    Direction::Up => "applied",
                    Direction::Down => "rolled back",
                };
                format!(" while {migration} of {service} was {doing}")
            }
        }
    }

    /// What is left, and what to do next.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Nothing => "nothing was changed; run the command again".to_owned(),
            Self::Unknown => {
                "what was committed stays, and the server rolls back the rest; a migration that runs \
                 without a transaction is cut off where it was. `status` shows where you are"
                    .to_owned()
            }
            Self::Between => "no migration was running: what the command says that it did is done, and \
                              nothing else. Run it again to go on"
                .to_owned(),
            Self::Migration {
                transactional: true,
                direction,
                ..
            } => format!(
                "nothing of it is left, unless it was being committed just then: `status` tells; then run \
                 `{}` again",
                direction.word()
            ),
            Self::Migration {
                transactional: false,
                resumable: true,
                direction,
                ..
            } => format!(
                "it does not run in a transaction, so what it did stays; it does no harm to begin it again: run \
                 `{}` again",
                direction.word()
            ),
            Self::Migration {
                service,
                migration,
                transactional: false,
                resumable: false,
                ..
            } => format!(
                "it does not run in a transaction, so what it did stays, and it is unfinished: look at \
                 what is there; then `toolkit resolve -s {service} {migration} --retry`, --rolled-back \
                 or --applied"
            ),
        }
    }
}
