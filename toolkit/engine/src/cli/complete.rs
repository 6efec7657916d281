//! Completions: at each Tab a shell asks the program itself, which knows its services and their migrations.
//!
//! `clap_complete` has an engine for that, too, behind a feature of clap; the embedded PostgreSQL depends on clap
//! by way of a test library, so all of it would be compiled for that.

use std::{env, process::ExitCode};

use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;
use toolkit_runtime::{
    Error, Outcome, Printer, Service,
    command::{beginnings, end, plain},
};

use super::{
    args::Cli,
    choose,
    help::{dressed, formats},
};

/// What a shell that asks sets to its name.
const ASKS: &str = "TOOLKIT_COMPLETE";

/// A word that may follow, and what it is.
#[derive(Debug, PartialEq, Eq)]
struct Offer {
    word: String,
    help: String,
}

impl Offer {
    fn new(word: &str, help: &str) -> Self {
        Self {
            word: word.to_owned(),
            help: help.to_owned(),
        }
    }

    /// As `shell` reads it.
    fn line(&self, shell: &str) -> String {
        let Self { word, help } = self;
        match (shell, help.as_str()) {
            ("zsh", "") => word.replace(':', "\\:"),
            ("zsh", help) => format!("{}:{help}", word.replace(':', "\\:")),
            ("fish", help) if !help.is_empty() => format!("{word}\t{help}"),
            _ => word.clone(),
        }
    }
}

/// Answers a shell, where it is one that asks.
pub(super) fn completed(services: &[Service]) -> Option<ExitCode> {
    let shell = env::var(ASKS).ok().filter(|shell| !shell.is_empty())?;
    let words = env::args_os().map(|word| word.to_string_lossy().into_owned());
    // `--`, and what the shell calls the program.
    let words: Vec<String> = words.skip_while(|word| word != "--").skip(2).collect();
    let mut command = dressed(Cli::command(), services);
    command.build();
    let offers = offers(&command, services, &words);
    let lines: Vec<String> = offers.iter().map(|offer| offer.line(&shell)).collect();
    let printer = Printer::default();
    if !lines.is_empty() {
        printer.raw(&(lines.join("\n") + "\n"));
    }
    Some(end(printer, Ok(Outcome::Done)))
}

/// Writes what `shell` has to know to ask.
///
/// # Errors
/// [`Error::System`] when the program's own place is not known.
pub(super) fn registration(shell: Shell) -> Result<(), Error> {
    let program = env::current_exe().map_err(|source| Error::System {
        action: "write the completions",
        source,
    })?;
    let program = format!("'{}'", program.to_string_lossy().replace('\'', "'\\''"));
    let script = match shell {
        Shell::Bash => include_str!("shell/bash.sh"),
        Shell::Zsh => include_str!("shell/zsh.sh"),
        Shell::Fish => include_str!("shell/fish.fish"),
        // Shells that ask in other ways know commands and options alone.
        other => {
            let mut script = Vec::new();
            clap_complete::generate(other, &mut Cli::command(), "toolkit", &mut script);
            Printer::default().raw(&String::from_utf8_lossy(&script));
            return Ok(());
        }
    };
    Printer::default().raw(&script.replace("PROGRAM", &program));
    Ok(())
}

/// What may stand in the place of the last of `words`, those behind the program's name.
fn offers(root: &Command, services: &[Service], words: &[String]) -> Vec<Offer> {
    let Some((current, before)) = words.split_last() else {
        return Vec::new();
    };
    let Place {
        command,
        option,
        words,
    } = Place::behind(root, before);
    let known = Known::new(services, before);
    if let Some(option) = option {
        return known.values(option, command.get_name(), current);
    }
    if current.starts_with('-') {
        return options(command, current);
    }
    let commands = command.get_subcommands().filter(|it| !it.is_hide_set());
    let mut offers: Vec<Offer> = commands
        .filter(|it| it.get_name().starts_with(current.as_str()))
        .map(|it| Offer::new(it.get_name(), &first_line(it.get_about())))
        .collect();
    let all: Vec<&Arg> = command.get_positionals().collect();
    let takes_more = |arg: &&&Arg| matches!(arg.get_action(), clap::ArgAction::Append);
    if let Some(arg) = all.get(words).or_else(|| all.last().filter(takes_more)) {
        offers.extend(known.values(arg, command.get_name(), current));
    }
    offers
}

/// Where a word stands.
struct Place<'c> {
    command: &'c Command,
    /// The option whose value it is.
    option: Option<&'c Arg>,
    /// How many words of the command stand before it.
    words: usize,
}

impl<'c> Place<'c> {
    fn behind(root: &'c Command, before: &[String]) -> Self {
        let mut place = Self {
            command: root,
            option: None,
            words: 0,
        };
        for word in before {
            if place.option.take().is_some() {
                continue;
            }
            let is_number = word.trim_start_matches('-').parse::<u32>().is_ok();
            if word.starts_with('-') && !is_number {
                place.option = option_of(place.command, word);
            } else if let Some(inner) = place.command.find_subcommand(word) {
                place.command = inner;
            } else {
                place.words += 1;
            }
        }
        place
    }
}

/// The option that `word` names, if its value is the next word.
fn option_of<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    let is_named = |arg: &&Arg| match word.strip_prefix("--") {
        Some(name) => arg.get_long() == Some(name),
        None => arg.get_short() == word.chars().nth(1) && word.chars().count() == 2,
    };
    let option = command.get_arguments().find(is_named)?;
    (option.get_action().takes_values() && !option.is_require_equals_set()).then_some(option)
}

fn options(command: &Command, current: &str) -> Vec<Offer> {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    shown
        .filter_map(|arg| Some((format!("--{}", arg.get_long()?), first_line(arg.get_help()))))
        .filter(|(word, _)| word.starts_with(current))
        .map(|(word, help)| Offer { word, help })
        .collect()
}

fn first_line(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

/// What is known of the services.
struct Known<'s> {
    services: &'s [Service],
    /// Those that are named already, else all.
    chosen: Vec<Service>,
    is_named: bool,
}

impl<'s> Known<'s> {
    fn new(services: &'s [Service], before: &[String]) -> Self {
        // The first word is the command.
        let words = before.iter().skip(1);
        let found = words.filter_map(|word| choose::one(services, word).ok());
        let found: Vec<Service> = found.collect();
        let is_named = !found.is_empty();
        Self {
            services,
            chosen: if is_named { found } else { services.to_vec() },
            is_named,
        }
    }

    /// The values of `arg` of the command `name` that `current` begins.
    fn values(&self, arg: &Arg, name: &str, current: &str) -> Vec<Offer> {
        match arg.get_id().as_str() {
            // What stands first where a service is named already is its migration.
            "first" if self.is_named => self.migrations(current),
            "words" | "word" | "first" | "services" | "service" => self.services(current),
            "second" | "through" | "accept" | "replace" | "forget" => self.migrations(current),
            // `diff --to` is a source.
            "to" if name != "diff" => self.migrations(current),
            "schemas" => self.schemas(current),
            "from" | "to" if name != "generate" => {
                plainly(&["entities", "history", "database", "file:"], current)
            }
            "format" => plainly(&formats(name), current),
            _ => {
                let values = arg.get_possible_values();
                let begun = values
                    .iter()
                    .filter(|it| it.get_name().starts_with(current));
                begun
                    .map(|it| Offer::new(it.get_name(), &first_line(it.get_help())))
                    .collect()
            }
        }
    }

    fn services(&self, current: &str) -> Vec<Offer> {
        let begun = |it: &&Service| plain(it.name()).starts_with(&plain(current));
        let services = self.services.iter().filter(begun);
        services
            .map(|it| Offer::new(it.name(), &format!("schema {}", it.schema())))
            .collect()
    }

    fn schemas(&self, current: &str) -> Vec<Offer> {
        let begun = self.services.iter();
        begun
            .filter(|it| it.schema().starts_with(current))
            .map(|it| Offer::new(it.schema(), &format!("of {}", it.name())))
            .collect()
    }

    /// The migrations that `current` begins, with or without their time stamps.
    fn migrations(&self, current: &str) -> Vec<Offer> {
        let begins = |name: &str| {
            let mut beginnings = beginnings(name).into_iter();
            beginnings.any(|it| plain(&it).starts_with(&plain(current)))
        };
        let mut offers = Vec::new();
        for service in &self.chosen {
            let help = format!("of {}", service.name());
            let migrations = service.migrations();
            let found = migrations.iter().filter(|it| begins(it.name()));
            offers.extend(found.map(|it| Offer::new(it.name(), &help)));
        }
        if "head".starts_with(current) {
            offers.push(Offer::new("head", "the last one"));
        }
        offers
    }
}

/// Those of `words` that `current` begins.
fn plainly(words: &[&str], current: &str) -> Vec<Offer> {
    let begun = words.iter().filter(|word| word.starts_with(current));
    begun.map(|word| Offer::new(word, "")).collect()
}
