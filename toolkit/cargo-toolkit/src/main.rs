//! `cargo toolkit`: puts the toolkit into a workspace (`init`), says how a shell completes it (`completions`), and
//! hands everything else to the workspace's own.

mod args;
mod completions;
mod error;
mod init;
mod origin;
mod own;
mod sources;
mod survey;
mod tell;
mod texts;

use std::{ffi::OsString, process::ExitCode};

use args::Cli;
use clap::Parser;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    // Cargo runs `cargo-toolkit toolkit …`.
    let words = match words.split_first() {
        Some((first, rest)) if first == "toolkit" => rest,
        Some(_) | None => &words,
    };
    let is_ours = |word: &OsString| {
        ["init", "completions", "-h", "--help", "-V", "--version"]
            .iter()
            .any(|it| word == it)
    };
    let result = if completions::asked() {
        completions::answer(words)
    } else if words.first().is_none_or(is_ours) {
        let name = OsString::from("cargo toolkit");
        match Cli::try_parse_from([name].iter().chain(words)) {
            Ok(Cli {
                command: args::Command::Init(args),
            }) => init::run(&args),
            Ok(Cli {
                command: args::Command::Completions { shell },
            }) => Ok(completions::write(shell)),
            Err(error) => {
                // There is nobody left to tell when this fails.
                let _ = error.print();
                return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
            }
        }
    } else {
        own::run(words)
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            tell::error(&error);
            ExitCode::from(if error.is_refusal() { 1 } else { 2 })
        }
    }
}
