//! What a process does that is asked to end, whatever it is at. Each case runs this program again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod cases;
mod program;

use std::{env, process::ExitCode};

use toolkit_testkit::server;

fn main() -> ExitCode {
    if let Ok(role) = env::var(program::ROLE) {
        return program::main(&role);
    }
    let asked: Vec<String> = env::args().skip(1).collect();
    let is_asked = |name: &str| {
        let mut names = asked
            .iter()
            .filter(|word| !word.starts_with("--"))
            .peekable();
        names.peek().is_none() || names.any(|word| name.contains(word.as_str()))
    };
    for (name, case) in cases::ALL {
        // cargo asks every test program for its list.
        if asked.iter().any(|argument| argument == "--list") {
            println!("{name}: test");
        } else if is_asked(name)
            && let Some(cluster) = server(name)
        {
            case(cluster);
            println!("test {name} ... ok");
        }
    }
    ExitCode::SUCCESS
}
