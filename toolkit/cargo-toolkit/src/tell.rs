//! What is said: data on stdout, talk on stderr.

use std::io::{self, IsTerminal, Write};

use dialoguer::Confirm;

use crate::error::Error;

/// A line of what was asked for.
pub(crate) fn data(line: &str) {
    // There is nobody left to tell when this fails.
    let _ = writeln!(io::stdout(), "{line}");
}

/// A line for people.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// An error, its causes, and what to do.
pub(crate) fn error(error: &Error) {
    note(&format!("error: {error}"));
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        note(&format!("  caused by: {inner}"));
        cause = inner.source();
    }
    if let Some(hint) = error.hint() {
        note(&format!("hint: {hint}"));
    }
}

/// Whether a person watches.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Asks whether to go on.
///
/// # Errors
/// [`Error::NotConfirmed`] when the answer is no, or nobody is there to ask.
pub(crate) fn confirm() -> Result<(), Error> {
    if !(io::stdin().is_terminal() && is_watched()) {
        return Err(Error::NotConfirmed { asked: false });
    }
    let answer = Confirm::new()
        .with_prompt("Go on?")
        .default(true)
        .interact_opt();
    match answer.map_err(Error::Ask)? {
        Some(true) => Ok(()),
        Some(false) | None => Err(Error::NotConfirmed { asked: true }),
    }
}
