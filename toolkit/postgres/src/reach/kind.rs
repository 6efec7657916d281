//! What lies beyond a database. No I/O here.

use std::fmt;

/// What a statement reaches that is not in its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    Roles,
    Memberships,
    Owned,
    Databases,
    Tablespaces,
    Privileges,
    Parameters,
    Comments,
    Settings,
    Catalogs,
    Sessions,
    Prepared,
    Subscriptions,
    Files,
    Servers,
    /// It cannot be told from the statement, nor be undone when it is seen.
    Unjudged,
    /// Seen in the transaction that did it, which was rolled back.
    Seen,
}

impl Beyond {
    /// Whether a transaction takes it back, and shows before its end that it was done.
    pub(super) fn is_undone(self) -> bool {
        match self {
            Self::Roles
            | Self::Memberships
            | Self::Owned
            | Self::Databases
            | Self::Privileges
            | Self::Comments
            | Self::Catalogs => true,
            Self::Tablespaces
            | Self::Parameters
            | Self::Settings
            | Self::Sessions
            | Self::Prepared
            | Self::Subscriptions
            | Self::Files
            | Self::Servers
            | Self::Unjudged
            | Self::Seen => false,
        }
    }

    /// Whether it reaches beyond a server that nobody else uses, too.
    pub(super) fn leaves_server(self) -> bool {
        match self {
            Self::Subscriptions | Self::Files | Self::Servers => true,
            Self::Roles
            | Self::Memberships
            | Self::Owned
            | Self::Databases
            | Self::Tablespaces
            | Self::Privileges
            | Self::Parameters
            | Self::Comments
            | Self::Settings
            | Self::Catalogs
            | Self::Sessions
            | Self::Prepared
            | Self::Unjudged
            | Self::Seen => false,
        }
    }
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Roles => "the server's roles",
            Self::Memberships => "the memberships of the server's roles",
            Self::Owned => "what a role owns in all databases",
            Self::Databases => "the server's databases",
            Self::Tablespaces => "the server's tablespaces",
            Self::Privileges => "privileges on databases or tablespaces",
            Self::Parameters => "privileges on the server's settings",
            Self::Comments => "comments or labels of what is the server's",
            Self::Settings => "the server's settings",
            Self::Catalogs => "the catalogs that all databases share",
            Self::Sessions => "other sessions, or the server itself",
            Self::Prepared => "prepared transactions, which outlive their session",
            Self::Subscriptions => "another server, by a subscription",
            Self::Files => "files or programs of the server's machine",
            Self::Servers => "another server",
            Self::Unjudged => "what cannot be told before it is done",
            Self::Seen => "what all databases of the server share",
        })
    }
}
