//! What a command answers, as an exit code. No I/O here.

use std::process::ExitCode;

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 0: done, or nothing differs.
    Done,
    /// 1: the answer is no: pending, different, refused.
    No,
    /// 2: it failed.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}
