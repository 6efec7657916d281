//! From the words of the command line to what they mean, without ever repeating a password.

use std::process::ExitCode;

use clap::{
    Command, Error, FromArgMatches,
    builder::StyledStr,
    error::{ContextKind, ContextValue},
};

use super::{Outcome, end};
use crate::{
    Printer,
    output::{is_suspicious, masked_word, stdout},
};

/// A word of other tools, the command that is like it, and what else may be meant.
pub type Foreign = (&'static str, &'static str, &'static str);

/// What the process's arguments mean to `command`; else the exit code, after help, version or the
/// error was shown: 2 for an error, 0 for the others. `foreign` are words that other tools have.
///
/// # Errors
/// The exit code, when the process has nothing to do but to end with it.
pub fn parse<C: FromArgMatches>(mut command: Command, foreign: &[Foreign]) -> Result<C, ExitCode> {
    command
        .try_get_matches_from_mut(std::env::args_os())
        .and_then(|mut matches| {
            C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
        })
        .map_err(|error| {
            if let Some(error) = ours(&error, &command, foreign) {
                return end(Printer::default(), Err(error));
            }
            let error = without_secrets(error);
            if error.use_stderr() {
                Printer::complaint(&error.render().ansi().to_string());
                return Outcome::Failed.into();
            }
            stdout::write(|| error.print());
            end(Printer::default(), Ok(Outcome::Done))
        })
}

/// Which command a word of another tool is here, if `error` is about one.
fn ours(error: &Error, command: &Command, foreign: &[Foreign]) -> Option<crate::Error> {
    let ContextValue::String(word) = error.get(ContextKind::InvalidSubcommand)? else {
        return None;
    };
    let (word, ours, hint) = foreign.iter().find(|(known, ..)| known == word)?;
    // `sea-orm-cli migrate down` is `down`.
    let mut words = std::env::args().skip_while(|it| it != word).skip(1);
    let inner = words.next();
    let inner = inner.filter(|it| *word == "migrate" && command.find_subcommand(it).is_some());
    Some(crate::Error::Foreign {
        program: command.get_name().to_owned(),
        word: (*word).to_owned(),
        ours: inner.unwrap_or_else(|| (*ours).to_owned()),
        hint,
    })
}

/// The error without what may hold a password: clap repeats a word that it does not understand, and
/// that may be a URL.
fn without_secrets(mut error: Error) -> Error {
    let changed: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, masked(value)?)))
        .collect();
    for (kind, value) in changed {
        error.insert(kind, value);
    }
    error
}

/// What to say instead of `value`, if it is to be masked.
fn masked(value: &ContextValue) -> Option<ContextValue> {
    let is_secret = |text: &StyledStr| is_suspicious(&text.to_string());
    match value {
        ContextValue::String(text) if is_suspicious(text) => {
            Some(ContextValue::String(masked_word(text)))
        }
        ContextValue::Strings(texts) if texts.iter().any(|text| is_suspicious(text)) => Some(
            ContextValue::Strings(texts.iter().map(|text| masked_word(text)).collect()),
        ),
        ContextValue::StyledStr(text) if is_secret(text) => Some(ContextValue::None),
        // A tip that repeats the word, of no use without it.
        ContextValue::StyledStrs(texts) if texts.iter().any(is_secret) => {
            Some(ContextValue::StyledStrs(
                texts
                    .iter()
                    .filter(|text| !is_secret(text))
                    .cloned()
                    .collect(),
            ))
        }
        // clap's enum, which may grow: numbers and flags hold no text.
        _ => None,
    }
}
