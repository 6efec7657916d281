//! What kind of error it is: a refusal, a lost connection, one that names its service.

use sea_orm::DbErr;

use super::Error;
use crate::{Service, database::Seen};

impl Error {
    /// For `map_err`: the database refused `action` for `service`.
    pub(crate) fn database(
        action: &'static str,
        service: &Service,
    ) -> impl FnOnce(DbErr) -> Self + use<> {
        let service = service.name().to_owned();
        move |error| Self::Database {
            action,
            service,
            source: error.into(),
        }
    }

    /// The error with what was seen of its statement's wait, if a wait is why it failed.
    pub(crate) fn with_seen(self, seen: Seen) -> Self {
        match self {
            Self::Database {
                action,
                service,
                source,
            } => Self::Database {
                action,
                service,
                source: source.with_seen(seen),
            },
            other => other,
        }
    }

    /// Whether the message says which service it is about.
    #[cfg(feature = "cli")]
    pub(crate) fn names_service(&self) -> bool {
        !matches!(
            self,
            Self::Config(_) | Self::Connect(_) | Self::Output { .. } | Self::System { .. }
        )
    }

    /// Whether the server was lost, rather than having refused something.
    #[cfg(feature = "cli")]
    pub(crate) fn is_disconnect(&self) -> bool {
        match self {
            Self::Connect(_) => true,
            Self::Database { source, .. } => source.is_disconnect(),
            Self::Migration(failure) => failure.source.is_disconnect(),
            _ => false,
        }
    }

    /// Whether the answer is "no" rather than a failure: nothing was tried.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Missing { .. }
            | Self::PartlySquashed { .. }
            | Self::OutOfOrder { .. }
            | Self::Edited { .. }
            | Self::Unfinished { .. }
            | Self::NotUnfinished { .. }
            | Self::Overtaken { .. }
            | Self::InvalidIndexes { .. }
            | Self::Pooled { .. }
            | Self::Irreversible { .. }
            | Self::Dependants { .. }
            | Self::NoService { .. }
            | Self::NotConfirmed { .. }
            | Self::OtherDatabase { .. } => true,
            Self::Engine { refusal, .. } => *refusal,
            Self::Tenants(error) => error.is_refusal(),
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => false,
            Self::Config(_)
            | Self::Connect(_)
            | Self::Database { .. }
            | Self::Replica { .. }
            | Self::MayNotCreateSchema { .. }
            | Self::Migration(_)
            | Self::DuplicateMigration { .. }
            | Self::Lockfile { .. }
            | Self::UnknownMigration { .. }
            | Self::AmbiguousMigration { .. }
            | Self::WrongWay { .. }
            | Self::NotApplied { .. }
            | Self::Name { .. }
            | Self::RoleName { .. }
            | Self::Locked { .. }
            | Self::UnknownService { .. }
            | Self::AmbiguousService { .. }
            | Self::Foreign { .. }
            | Self::Output { .. }
            | Self::Interrupted { .. }
            | Self::System { .. } => false,
        }
    }
}
