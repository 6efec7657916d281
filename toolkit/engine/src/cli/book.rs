//! What the book says of the command line is what the command line says.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use clap::{CommandFactory, Parser};

use super::{args::Cli, help::dressed};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// `docs/commands.md`, which `UPDATE_EXPECT=1` writes.
#[test]
fn the_chapter_of_commands_is_what_their_help_says() {
    let mut text = String::from(
        "# Commands\n\nWhat `--help` says: of the toolkit, with the options that all commands know, then of each command.\n",
    );
    let mut toolkit = dressed(Cli::command(), &[]).term_width(100);
    toolkit.build();
    let _ = write!(text, "\n```text\n{}```\n", help(&mut toolkit));
    for command in toolkit.get_subcommands_mut() {
        without_global(command);
        let name = command.get_name().to_owned();
        let _ = write!(text, "\n## `{name}`\n\n```text\n{}```\n", help(command));
        for inner in command.get_subcommands_mut() {
            without_global(inner);
            let _ = write!(text, "\n```text\n{}```\n", help(inner));
        }
    }
    let path = docs().join("commands.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let there = fs::read_to_string(path).unwrap();
    assert!(
        there == text,
        "docs/commands.md is not what `--help` says; UPDATE_EXPECT=1 before this test writes it"
    );
}

/// Takes out what the chapter says once, of the toolkit.
fn without_global(command: &mut clap::Command) {
    let whole = std::mem::take(command);
    *command = whole.mut_args(|it| {
        let is_global = it.is_global_set();
        it.hide(is_global)
    });
}

fn help(command: &mut clap::Command) -> String {
    let text = command.render_long_help().to_string();
    let lines = text.lines().map(str::trim_end);
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Every command that a page shows is one that the command line understands.
#[test]
fn commands_of_the_book_are_understood() {
    let mut pages: Vec<_> = fs::read_dir(docs())
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    pages.push(docs().join("../README.md"));
    pages.push(docs().join("skill/SKILL.md"));
    let mut count = 0;
    for page in pages
        .iter()
        .filter(|it| it.extension().is_some_and(|it| it == "md"))
    {
        let text = fs::read_to_string(page).unwrap();
        for line in text.lines() {
            let begins = [
                "$ cargo toolkit ",
                "$ toolkit ",
                "$ cargo run -p toolkit -- ",
            ];
            let words = begins
                .iter()
                .find_map(|it| line.trim_start().strip_prefix(it));
            // `init` is the program's that is installed, not the workspace's.
            let Some(words) = words.filter(|it| !it.starts_with("init")) else {
                continue;
            };
            let (words, _) = words.split_once(" #").unwrap_or((words, ""));
            let understood = Cli::try_parse_from(split(&format!("toolkit {words}")));
            assert!(
                understood.is_ok(),
                "{}: {line}\n{}",
                page.display(),
                understood.err().unwrap()
            );
            count += 1;
        }
    }
    assert!(count > 15, "{count} commands");
}

/// Words as a shell splits them, as far as double quotes go.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, piece) in line.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(piece.to_owned());
        } else {
            words.extend(piece.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Where the messages are that a person can see.
const MESSAGES: [&str; 4] = [
    "src/error.rs",
    "../postgres/src/error.rs",
    "../project/src/error.rs",
    "../runtime/src/error.rs",
];

#[test]
fn every_message_is_in_the_chapter_of_troubleshooting() {
    let page = fs::read_to_string(docs().join("troubleshooting.md")).unwrap();
    let mut missing = Vec::new();
    for file in MESSAGES {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let source = fs::read_to_string(source).unwrap();
        for message in source.split("#[error(").skip(1) {
            let text = message.trim_start().strip_prefix('"').and_then(literal);
            let words = text.and_then(fixed_words);
            if let Some(words) = words.filter(|it| !page.contains(it)) {
                missing.push(format!("{file}: {words}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "not in docs/troubleshooting.md: {missing:#?}"
    );
}

/// The text up to the quote that ends it.
fn literal(text: &str) -> Option<&str> {
    let mut quotes = text.match_indices('"').map(|(at, _)| &text[..at]);
    quotes.find(|before| !before.ends_with('\\'))
}

/// The longest piece of a message that is the same in every case, where there is one.
fn fixed_words(message: &str) -> Option<String> {
    let lines: Vec<_> = message
        .lines()
        .map(|it| it.trim_start().trim_end_matches('\\'))
        .collect();
    let message = lines.concat().replace("\\\"", "\"").replace("\\n", " ");
    let pieces = message
        .split('{')
        .map(|it| it.split_once('}').map_or(it, |(_, rest)| rest));
    let longest = pieces.max_by_key(|it| it.len())?;
    let words = longest.trim_matches([' ', ':', ',', '`', '"']);
    (words.len() > 9).then(|| words.to_owned())
}
