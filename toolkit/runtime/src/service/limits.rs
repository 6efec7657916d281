//! A migration's own limits, where those of the run do not fit it. No I/O here.

use std::time::Duration;

/// A migration's own limits.
///
/// ```
/// use std::time::Duration;
/// use toolkit_runtime::Limits;
///
/// let patient = Limits::default().lock_timeout(Duration::from_secs(30));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) statement_timeout: Option<Duration>,
}

impl Limits {
    /// How long a statement of the migration waits for a lock, whatever the run's own setting is.
    /// Zero means without limit.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// How long a statement of the migration may take, whatever the run's own setting is. Zero means
    /// without limit.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }
}
