//! What goes wrong.

/// What goes wrong in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The runner gets SIGKILL.
    Kill,
    /// The runner gets SIGTERM.
    Terminate,
    /// An administrator ends the runner's sessions.
    EndSessions,
    /// The server crashes and recovers.
    Crash,
    /// The connection is cut.
    Cut,
    /// Two to thirty-two runners start at once, and one of them gets SIGKILL.
    Many,
    /// Runners start behind a pooler, and one of them gets SIGKILL.
    Pooler,
    /// Runners start behind a pooler, and an administrator ends all sessions.
    PoolerEndSessions,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Kill,
        Self::Terminate,
        Self::EndSessions,
        Self::Crash,
        Self::Cut,
        Self::Many,
        Self::Pooler,
        Self::PoolerEndSessions,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "SIGKILL",
            Self::Terminate => "SIGTERM",
            Self::EndSessions => "pg_terminate_backend",
            Self::Crash => "server crash",
            Self::Cut => "connection cut",
            Self::Many => "many runners, one SIGKILL",
            Self::Pooler => "PgBouncer, one SIGKILL",
            Self::PoolerEndSessions => "PgBouncer, sessions ended",
        }
    }

    /// How many runners start.
    pub fn runners(self, random: &mut fastrand::Rng) -> usize {
        match self {
            Self::Many => random.usize(2..=32),
            Self::Pooler | Self::PoolerEndSessions => random.usize(1..=8),
            Self::Kill | Self::Terminate | Self::EndSessions | Self::Crash | Self::Cut => 1,
        }
    }

    /// Whether the runners connect through the pooler.
    pub fn is_pooled(self) -> bool {
        matches!(self, Self::Pooler | Self::PoolerEndSessions)
    }
}
