//! How a run behaves, beside which database it works on.

use std::time::Duration;

use super::{ConfigError, Configuration};

/// The variables that [`Settings::resolve`] reads.
pub(super) const VARIABLES: [&str; 4] = [LOCK_TIMEOUT, LOCK_RETRIES, STATEMENT_TIMEOUT, WAIT];
const LOCK_TIMEOUT: &str = "TOOLKIT_LOCK_TIMEOUT";
const LOCK_RETRIES: &str = "TOOLKIT_LOCK_RETRIES";
const STATEMENT_TIMEOUT: &str = "TOOLKIT_STATEMENT_TIMEOUT";
const WAIT: &str = "TOOLKIT_WAIT";

/// How a run behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long one statement may wait for a lock of another session (`lock_timeout`), and so how
    /// long others queue behind it.
    pub lock_timeout: Duration,
    /// How often a migration that could not get a lock in time is tried again.
    pub lock_retries: u32,
    /// How long one statement may take (`statement_timeout`); nothing means as long as it needs.
    pub statement_timeout: Option<Duration>,
    /// How long to wait for another runner, for a server that is not ready, and for another process
    /// that uses the embedded database.
    pub wait: Duration,
    /// Apply a migration although one behind it in the list is applied already.
    pub allow_out_of_order: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(3),
            lock_retries: 10,
            statement_timeout: None,
            wait: Duration::from_mins(1),
            allow_out_of_order: false,
        }
    }
}

/// The options' values, as far as they are given.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingsOptions {
    /// `--lock-timeout`
    pub lock_timeout: Option<Duration>,
    /// `--lock-retries`
    pub lock_retries: Option<u32>,
    /// `--statement-timeout`
    pub statement_timeout: Option<Duration>,
    /// `--wait`
    pub wait: Option<Duration>,
}

impl Settings {
    /// Takes the options' values, else the variables `TOOLKIT_LOCK_TIMEOUT`,
    /// `TOOLKIT_LOCK_RETRIES`, `TOOLKIT_STATEMENT_TIMEOUT` and `TOOLKIT_WAIT`, else the defaults.
    /// Durations are written `500ms`, `3s`, `2m`.
    ///
    /// # Errors
    /// [`ConfigError::Value`] when a variable holds no duration or no number.
    pub fn resolve(
        configuration: &Configuration,
        options: &SettingsOptions,
    ) -> Result<Self, ConfigError> {
        let default = Self::default();
        let duration = |option: Option<Duration>, name| match option {
            Some(duration) => Ok(Some(duration)),
            None => variable(configuration, name, DURATION, |text| {
                humantime::parse_duration(text).ok()
            }),
        };
        let retries = match options.lock_retries {
            Some(retries) => Some(retries),
            None => variable(configuration, LOCK_RETRIES, "a number", |text| {
                text.parse().ok()
            })?,
        };
        Ok(Self {
            lock_timeout: duration(options.lock_timeout, LOCK_TIMEOUT)?
                .unwrap_or(default.lock_timeout),
            lock_retries: retries.unwrap_or(default.lock_retries),
            statement_timeout: duration(options.statement_timeout, STATEMENT_TIMEOUT)?,
            wait: duration(options.wait, WAIT)?.unwrap_or(default.wait),
            allow_out_of_order: false,
        })
    }
}

const DURATION: &str = "a duration such as 500ms, 3s or 2m";

fn variable<T>(
    configuration: &Configuration,
    name: &str,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, ConfigError> {
    let Some((text, _)) = configuration.variable(name) else {
        return Ok(None);
    };
    match parse(text) {
        Some(value) => Ok(Some(value)),
        None => Err(ConfigError::Value {
            name: name.to_owned(),
            value: text.to_owned(),
            expected,
        }),
    }
}
