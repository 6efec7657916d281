//! An error as a person and as a program read it. No I/O here.

use std::error::Error as StdError;

use serde::Serialize;

use super::masked;
use crate::Error;

/// An error in JSON: the message with its causes, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What failed, then its causes.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<String>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut message = error.to_string();
        for cause in causes(error) {
            message.push_str(": ");
            message.push_str(&cause);
        }
        Self {
            message: masked(&message),
            hint: error.hint().map(|hint| masked(&hint)),
        }
    }
}

/// The messages of an error's causes, the nearest first, each once.
pub fn causes(error: &dyn StdError) -> Vec<String> {
    let mut shown = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        // A wrapper that repeats its cause adds nothing.
        if !shown.iter().any(|before| before.contains(&text)) {
            shown.push(text);
        }
        next = cause.source();
    }
    shown.split_off(1)
}
