//! `completions`: a script that completes the toolkit's words in a shell.

use clap_complete::Shell;
use toolkit_runtime::Printer;

/// Writes the script for `shell` to stdout.
pub(crate) fn completions(shell: Shell, command: &mut clap::Command) {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, command, name, &mut script);
    Printer::default().raw(&String::from_utf8_lossy(&script));
}
