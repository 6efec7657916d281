//! What can be wrong with a service's tenants. No I/O here.

use crate::{Service, Tenant};

/// What can be wrong with a service's tenants.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TenantsError {
    /// A command is for one tenant, and which was not said.
    #[error("{service} has tenants, and `{command}` is for one of them")]
    Unsaid {
        /// The service.
        service: String,
        /// The command.
        command: &'static str,
    },
    /// A tenant was named of what has none.
    #[error("--tenant is for one service that has tenants, and {what}")]
    NoFleet {
        /// Why there is none.
        what: String,
    },
    /// A command works on the template.
    #[error("`{command}` works on the template of a service's tenants and takes no --tenant")]
    Template {
        /// The command.
        command: &'static str,
    },
    /// No tenant has this name.
    #[error("{service} has no tenant {tenant}")]
    Unknown {
        /// The service.
        service: String,
        /// The name that was asked for.
        tenant: String,
        /// Some names that there are.
        some: Vec<String>,
    },
    /// The schema is another service's.
    #[error("schema {tenant} is no tenant of {service}: its ledger tells of {other} alone")]
    Foreign {
        /// The service.
        service: String,
        /// The schema.
        tenant: String,
        /// The service that the ledger tells of.
        other: String,
    },
    /// The list of tenants cannot be read.
    #[error("cannot read the tenants of {service}: {problem}")]
    Unread {
        /// The service.
        service: String,
        /// What is wrong, without what may hold a password.
        problem: String,
    },
}

impl TenantsError {
    /// None of `listed` is called `tenant`.
    pub(crate) fn unknown(service: &Service, tenant: &str, listed: &[Tenant]) -> Self {
        const SOME: usize = 5;
        let some = listed.iter().take(SOME);
        Self::Unknown {
            service: service.name().to_owned(),
            tenant: tenant.to_owned(),
            some: some.map(|it| it.name().to_owned()).collect(),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unsaid { service, .. } => format!(
                "say which with --tenant NAME; `up` and `status` of {service} are for all of them"
            ),
            Self::NoFleet { .. } => "leave it out, or name the service with --service".to_owned(),
            Self::Template { .. } => "leave it out".to_owned(),
            Self::Unknown { some, .. } if some.is_empty() => {
                "it has none at all: look at .tenants(…) in its definition".to_owned()
            }
            Self::Unknown { some, .. } => format!(
                ".tenants(…) of its definition says which there are, among them: {}",
                some.join(", ")
            ),
            Self::Foreign { .. } => {
                "take it out of what .tenants(…) of the definition says".to_owned()
            }
            Self::Unread { .. } => "look at .tenants(…) in its definition".to_owned(),
        }
    }

    /// Whether the answer is "no" rather than a failure.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Unsaid { .. } | Self::Foreign { .. } => true,
            Self::NoFleet { .. }
            | Self::Template { .. }
            | Self::Unknown { .. }
            | Self::Unread { .. } => false,
        }
    }
}
