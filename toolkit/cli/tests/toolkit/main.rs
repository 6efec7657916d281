//! The binaries as a user runs them: what they do, print and answer.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod architecture;
mod autogenerate;
mod books;
mod confirmation;
mod defaults;
mod elsewhere;
mod embedded;
mod harmless;
mod hijack;
mod invariants;
mod json;
mod many;
mod plan;
mod scratch;
mod server;
mod settings;
mod stamp;
mod words;
mod written;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

use toolkit_testkit::{Database, Program, Workspace};

/// The toolkit, to be run in `workspace`.
fn toolkit(workspace: &Workspace, words: &[&str]) -> Program {
    workspace.program(env!("CARGO_BIN_EXE_toolkit")).args(words)
}

/// The toolkit, to be run in `workspace` on `database`.
fn toolkit_on(workspace: &Workspace, database: &Database, words: &[&str]) -> Program {
    toolkit(workspace, words).env("DATABASE_URL", database.url())
}

/// The migration binary of `planning_agent`, to be run in `workspace`.
fn planning(workspace: &Workspace, words: &[&str]) -> Program {
    workspace.program(planning_binary()).args(words)
}

/// Cargo builds the binaries of the tested package only, so the other one is asked for here.
fn planning_binary() -> PathBuf {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "planning-migration"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(status.success());
    });
    Path::new(env!("CARGO_BIN_EXE_toolkit")).with_file_name("planning-migration")
}
