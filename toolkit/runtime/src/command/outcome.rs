//! What a command answers, as an exit code. No I/O here.

use std::process::ExitCode;

use crate::Error;
use crate::Signal;

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 0: done, or nothing differs.
    Done,
    /// 1: the answer is no: pending, different, refused.
    No,
    /// 2: it failed.
    Failed,
    /// 128 and the signal's number: a signal ended it.
    Interrupted(Signal),
}

impl Outcome {
    /// The answer of a command that ends with `error`.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Interrupted { signal, .. } => Self::Interrupted(*signal),
            error if error.is_refusal() => Self::No,
            _ => Self::Failed,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::No => 1,
            Outcome::Failed => 2,
            Outcome::Interrupted(signal) => signal.exit_code(),
        })
    }
}
