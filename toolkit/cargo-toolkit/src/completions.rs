//! Completions of `cargo toolkit`: at each Tab a shell asks this program, which asks the workspace's own.

use std::{ffi::OsString, process::ExitCode};

use clap::ValueEnum;

use crate::{error::Error, own, tell};

/// What a shell sets that asks.
const ASKS: &str = "TOOLKIT_COMPLETE";

/// A shell whose words are completed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Writes what `shell` has to know to ask.
pub(crate) fn write(shell: Shell) -> ExitCode {
    tell::data(match shell {
        Shell::Bash => include_str!("completions/bash.sh").trim_end(),
        Shell::Zsh => include_str!("completions/zsh.sh").trim_end(),
        Shell::Fish => include_str!("completions/fish.fish").trim_end(),
    });
    ExitCode::SUCCESS
}

/// Whether a shell asks.
pub(crate) fn asked() -> bool {
    std::env::var_os(ASKS).is_some_and(|shell| !shell.is_empty())
}

/// Answers a shell that asks: with what the workspace's toolkit says, where it is built. Nothing is built for
/// a Tab.
pub(crate) fn answer(words: &[OsString]) -> Result<ExitCode, Error> {
    if let Some(program) = own::built().filter(|program| program.is_file()) {
        return own::replace(&program, words);
    }
    tell::data("init");
    Ok(ExitCode::SUCCESS)
}
