//! Why the configuration cannot be used, and where a part of it came from.

use std::{fmt, path::PathBuf};

use crate::UrlError;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A URL is malformed.
    #[error("{origin} is not usable")]
    Url {
        /// Where the URL stands.
        origin: Origin,
        /// What is wrong with it.
        #[source]
        source: UrlError,
    },
    /// A setting has a value that it cannot have.
    #[error("{name} is '{value}', but must be {expected}")]
    Value {
        /// The variable or option.
        name: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// `.env` cannot be read.
    #[error("cannot read {}: {problem}", path.display())]
    DotEnv {
        /// The file.
        path: PathBuf,
        /// What is wrong with it. Never its contents.
        problem: String,
    },
    /// No URL is set, and this binary has no embedded PostgreSQL.
    #[error(
        "no database is configured for {service}, and this binary was built without the embedded PostgreSQL"
    )]
    NoDatabase {
        /// The service.
        service: String,
        /// The variable that only this service reads.
        variable: String,
    },
}

impl ConfigError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Url { source, .. } => source.hint().to_owned(),
            Self::Value { name, .. } if name.starts_with("--") => {
                "--help explains every option".to_owned()
            }
            Self::Value { .. } => ".env.example describes every variable".to_owned(),
            Self::DotEnv { .. } => {
                "write one NAME=value a line, in UTF-8, and quote values with spaces, # or $"
                    .to_owned()
            }
            Self::NoDatabase { variable, .. } => {
                format!("set {variable} or DATABASE_URL, or pass --database-url")
            }
        }
    }
}

/// Where a database's URL came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The option `--database-url`.
    Option,
    /// Another option.
    Other(&'static str),
    /// A variable of the environment.
    Environment(String),
    /// A variable in the `.env` file at this path.
    DotEnv(String, PathBuf),
    /// The list of a service's tenants.
    Tenants,
    /// Nothing is set: the embedded PostgreSQL with its data in this folder.
    Embedded(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => f.write_str("--database-url"),
            Self::Other(option) => f.write_str(option),
            Self::Tenants => f.write_str("the list of tenants"),
            Self::Environment(name) => write!(f, "{name} in the environment"),
            Self::DotEnv(name, path) => write!(f, "{name} in {}", path.display()),
            Self::Embedded(folder) => write!(f, "embedded PostgreSQL in {}", folder.display()),
        }
    }
}
