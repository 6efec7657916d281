//! How a run behaves, beside which database it works on.

use std::time::Duration;

use super::{ConfigError, Configuration};

/// How a run behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long one statement may wait for a lock of another session (`lock_timeout`).
    pub lock_timeout: Duration,
    /// How long to wait for another runner, and for another process that uses the embedded database.
    pub wait: Duration,
    /// Apply a migration although one behind it in the list is applied already.
    pub allow_out_of_order: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(3),
            wait: Duration::from_mins(1),
            allow_out_of_order: false,
        }
    }
}

impl Settings {
    /// Takes the options' values, else the variables `TOOLKIT_LOCK_TIMEOUT` and `TOOLKIT_WAIT`,
    /// else the defaults. Durations are written `500ms`, `3s`, `2m`.
    ///
    /// # Errors
    /// [`ConfigError::Value`] when a variable holds no duration.
    pub fn resolve(
        configuration: &Configuration,
        lock_timeout: Option<Duration>,
        wait: Option<Duration>,
    ) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            lock_timeout: resolve(
                configuration,
                lock_timeout,
                "TOOLKIT_LOCK_TIMEOUT",
                default.lock_timeout,
            )?,
            wait: resolve(configuration, wait, "TOOLKIT_WAIT", default.wait)?,
            allow_out_of_order: false,
        })
    }
}

fn resolve(
    configuration: &Configuration,
    option: Option<Duration>,
    name: &str,
    default: Duration,
) -> Result<Duration, ConfigError> {
    match (option, configuration.variable(name)) {
        (Some(duration), _) => Ok(duration),
        (None, None) => Ok(default),
        (None, Some((text, _))) => {
            humantime::parse_duration(text).map_err(|_| ConfigError::Value {
                name: name.to_owned(),
                value: text.to_owned(),
                expected: "a duration such as 500ms, 3s or 2m",
            })
        }
    }
}
