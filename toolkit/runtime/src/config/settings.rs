//! How a run behaves, beside which database it works on.

use std::time::Duration;

use super::{ConfigError, Configuration};

/// The variables that [`Settings::resolve`] reads.
#[cfg(feature = "cli")]
pub(super) const VARIABLES: [&str; 6] = [
    LOCK_TIMEOUT,
    LOCK_WAIT,
    LOCK_HOLD,
    LOCK_QUEUE,
    STATEMENT_TIMEOUT,
    WAIT,
];
const LOCK_TIMEOUT: &str = "TOOLKIT_LOCK_TIMEOUT";
const LOCK_WAIT: &str = "TOOLKIT_LOCK_WAIT";
const LOCK_HOLD: &str = "TOOLKIT_LOCK_HOLD";
const LOCK_QUEUE: &str = "TOOLKIT_LOCK_QUEUE";
const STATEMENT_TIMEOUT: &str = "TOOLKIT_STATEMENT_TIMEOUT";
const WAIT: &str = "TOOLKIT_WAIT";

/// How a run behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long one statement may wait for a lock of another session (`lock_timeout`), and so how
    /// long others queue behind it.
    pub lock_timeout: Duration,
    /// How long a migration waits for locks of other sessions in all. Between its tries it waits outside
    /// the queue, where it holds nobody up.
    pub lock_wait: Duration,
    /// How long the last try waits in the queue, when `lock_wait` is over; nothing means that there is none.
    pub lock_hold: Option<Duration>,
    /// How many sessions may wait behind the last try before it is given up.
    pub lock_queue: u32,
    /// How long one statement may take (`statement_timeout`); nothing means as long as it needs.
    pub statement_timeout: Option<Duration>,
    /// How long to wait for another runner, for a server that is not ready, and for another process
    /// that uses the embedded database.
    pub wait: Duration,
    /// Apply a migration although one behind it in the list is applied already.
    pub allow_out_of_order: bool,
    /// No code of the release before runs any more: apply what waits for that, too.
    pub after_rollout: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_millis(100),
            lock_wait: Duration::from_mins(5),
            lock_hold: None,
            lock_queue: 10,
            statement_timeout: None,
            wait: Duration::from_mins(1),
            allow_out_of_order: false,
            after_rollout: false,
        }
    }
}

/// The options' values, as far as they are given.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingsOptions {
    /// `--lock-timeout`
    pub lock_timeout: Option<Duration>,
    /// `--lock-wait`
    pub lock_wait: Option<Duration>,
    /// `--lock-hold`
    pub lock_hold: Option<Duration>,
    /// `--lock-queue`
    pub lock_queue: Option<u32>,
    /// `--statement-timeout`
    pub statement_timeout: Option<Duration>,
    /// `--wait`
    pub wait: Option<Duration>,
}

impl Settings {
    /// Takes the options' values, else the variables `TOOLKIT_LOCK_TIMEOUT`, `TOOLKIT_LOCK_WAIT`,
    /// `TOOLKIT_LOCK_HOLD`, `TOOLKIT_LOCK_QUEUE`, `TOOLKIT_STATEMENT_TIMEOUT` and `TOOLKIT_WAIT`, else
    /// the defaults.
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
        let queue = match options.lock_queue {
            Some(queue) => Some(queue),
            None => variable(configuration, LOCK_QUEUE, "a number", |text| {
                text.parse().ok()
            })?,
        };
        Ok(Self {
            lock_timeout: duration(options.lock_timeout, LOCK_TIMEOUT)?
                .unwrap_or(default.lock_timeout),
            lock_wait: duration(options.lock_wait, LOCK_WAIT)?.unwrap_or(default.lock_wait),
            lock_hold: duration(options.lock_hold, LOCK_HOLD)?.filter(|hold| !hold.is_zero()),
            lock_queue: queue.unwrap_or(default.lock_queue),
            statement_timeout: duration(options.statement_timeout, STATEMENT_TIMEOUT)?,
            wait: duration(options.wait, WAIT)?.unwrap_or(default.wait),
            allow_out_of_order: false,
            after_rollout: false,
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
