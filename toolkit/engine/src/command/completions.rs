//! `completions`: a script that completes the toolkit's words in a shell.

use std::io::{self, Write};

use clap_complete::Shell;

/// Writes the script for `shell` to stdout.
pub(crate) fn completions(shell: Shell, command: &mut clap::Command) {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, command, name, &mut script);
    // A reader that went away, as `head` does, is no error.
    let _ = io::stdout().write_all(&script);
}
