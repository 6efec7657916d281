//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::completions::Shell;

const OTHERS: &str = "Every other command is one of the workspace's own toolkit, which is built first: \
    `cargo toolkit help` lists them.\nExit codes: 0 done, or nothing to do; 1 refused or not confirmed; 2 it failed; \
    else those of the workspace's toolkit.";

/// Puts the toolkit into a workspace, and runs the workspace's own
#[derive(Parser)]
#[command(name = "cargo toolkit", bin_name = "cargo toolkit", version, after_help = OTHERS)]
#[command(
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write what this workspace, package or empty folder lacks
    ///
    /// The toolkit binary, migration crates, entities, and lines in Cargo.toml. Finds entities and migration crates
    /// that are there. Overwrites nothing, and has nothing to do when it is run again.
    Init(InitArgs),
    /// Write what completes the words of `cargo toolkit` in a shell
    ///
    /// In ~/.bashrc: source <(cargo toolkit completions bash). In ~/.zshrc, behind compinit: the same with zsh.
    /// For fish: cargo toolkit completions fish > ~/.config/fish/conf.d/cargo-toolkit.fish
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Args)]
pub(crate) struct InitArgs {
    /// A service to add, with an example; may be given several times [default: where nothing is found, one that is
    /// called as the folder]
    #[arg(short, long = "service", value_name = "NAME")]
    pub(crate) services: Vec<String>,
    /// The schema of that service [default: its name]
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Option<String>,
    /// Take the toolkit's packages from this copy of its repository [default: from the registry]
    #[arg(long, value_name = "DIR", conflicts_with = "git")]
    pub(crate) path: Option<PathBuf>,
    /// Take them from this repository
    #[arg(long, value_name = "URL")]
    pub(crate) git: Option<String>,
    /// Its commit
    #[arg(long, requires = "git")]
    pub(crate) rev: Option<String>,
    /// Its tag
    #[arg(long, requires = "git", conflicts_with = "rev")]
    pub(crate) tag: Option<String>,
    /// Write no CI file
    #[arg(long)]
    pub(crate) no_ci: bool,
    /// Show what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
}
