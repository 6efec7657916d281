//! `completions`: a script that completes the toolkit's words in a shell.

use std::io;

use clap_complete::Shell;

/// Writes the script for `shell` to stdout.
pub(crate) fn completions(shell: Shell, command: &mut clap::Command) {
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, command, name, &mut io::stdout());
}
