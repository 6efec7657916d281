//! Where settings come from: options, the environment, `.env`, defaults. Reads files and the
//! environment, never a database.

mod error;
mod settings;
mod source;
#[cfg(feature = "cli")]
mod unknown;
mod url;

pub use error::{ConfigError, Origin};
pub use settings::{Settings, SettingsOptions};
pub(crate) use source::migration_variable;
pub use source::{Configuration, Target};
#[cfg(feature = "cli")]
pub(crate) use unknown::unknown_parameters;
pub use url::{DatabaseUrl, UrlError};
