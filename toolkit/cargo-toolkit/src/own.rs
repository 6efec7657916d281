//! The workspace's own toolkit: built where it is not, then run in the place of this program.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use serde_json::Value;
use toolkit_scaffold::Root;

use crate::{
    error::Error,
    survey::{self, Manifest},
    tell,
};

/// Builds the toolkit of this workspace, with what cargo says of it, and hands `words` on.
pub(crate) fn run(words: &[OsString]) -> Result<ExitCode, Error> {
    let (manifest, name) = package()?;
    let program = build(&manifest, &name)?;
    replace(&program, words)
}

/// The manifest of the package of this workspace's toolkit, and its name.
fn package() -> Result<(PathBuf, String), Error> {
    let here = std::env::current_dir().map_err(Error::Folder)?;
    let root = survey::root(&here);
    let missing = || Error::NoToolkit { root: root.clone() };
    let toolkit = Root::find(&root).ok_or_else(missing)?;
    let manifest = toolkit.folder.join("Cargo.toml");
    let name = Manifest::read(&manifest)?.name.ok_or_else(missing)?;
    Ok((manifest, name))
}

/// Where the program of this workspace's toolkit is once it was built.
pub(crate) fn built() -> Option<PathBuf> {
    let (manifest, name) = package().ok()?;
    let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Some(target_folder(&manifest)?.join("debug").join(program))
}

/// The cargo that runs this, or else the one that is found.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where cargo puts the programs of the workspace of `manifest`.
fn target_folder(manifest: &Path) -> Option<PathBuf> {
    let output = cargo()
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .arg("--manifest-path")
        .arg(manifest)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    Some(PathBuf::from(metadata["target_directory"].as_str()?))
}

/// Builds the package `name` and returns where its program is.
fn build(manifest: &Path, name: &str) -> Result<PathBuf, Error> {
    let mut command = cargo();
    command
        .args(["build", "--message-format", "json-render-diagnostics"])
        .args(["--package", name, "--manifest-path"])
        .arg(manifest);
    if !tell::is_watched() {
        // What went wrong is said all the same.
        command.arg("--quiet");
    }
    let mut cargo = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Error::Cargo)?;
    let mut program = None;
    if let Some(output) = cargo.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            program = program_of(&line, manifest).or(program);
        }
    }
    if !cargo.wait().map_err(Error::Cargo)?.success() {
        return Err(Error::NotBuilt);
    }
    program.ok_or_else(|| Error::NoProgram {
        name: name.to_owned(),
    })
}

/// The program that cargo says it has made of the package at `manifest`.
fn program_of(line: &str, manifest: &Path) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    // Of the messages of all crates few are of a program.
    let program = message["executable"].as_str()?;
    let built_from = Path::new(message["manifest_path"].as_str()?);
    let is_same = built_from.canonicalize().ok()? == manifest.canonicalize().ok()?;
    is_same.then(|| PathBuf::from(program))
}

/// Runs the program instead of this one, so that signals reach it.
#[cfg(unix)]
pub(crate) fn replace(program: &Path, words: &[OsString]) -> Result<ExitCode, Error> {
    use std::os::unix::process::CommandExt;

    let source = Command::new(program).args(words).exec();
    Err(Error::Start {
        path: program.to_owned(),
        source,
    })
}

/// Runs the program and returns how it ended.
#[cfg(not(unix))]
pub(crate) fn replace(program: &Path, words: &[OsString]) -> Result<ExitCode, Error> {
    let status = Command::new(program).args(words).status();
    let status = status.map_err(|source| Error::Start {
        path: program.to_owned(),
        source,
    })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}
