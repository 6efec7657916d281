//! How the command line explains itself: commands in groups by task, examples, a command's own options first,
//! and of the options of every command those that it heeds.

use std::fmt::Write;

use anstyle::Style;
use clap::{Arg, Command};
use dialoguer::console::Term;
use toolkit_runtime::{Format, ReportFormat, Service, wrapped};

use super::examples::{GROUPS, examples};

const HEADING: Style = Style::new().bold().underline();
const WORD: Style = Style::new().bold();
/// How wide lines are where no terminal says so, as clap has it.
const WIDTH: usize = 100;

/// What the options of every command stand under.
pub(super) const OPTIONS: &str = "Options of every command";

/// Which options of every command a command heeds; the others are taken and say nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heeds {
    /// Nothing: it asks no database.
    Nothing,
    /// A database, which it reads.
    Database,
    /// A database and scratch databases.
    Scratch,
    /// A database, whose locks it takes.
    Locks,
    /// All of it.
    All,
}

impl Heeds {
    fn of(command: &str) -> Self {
        match command {
            "completions" | "new" | "service" | "help" => Self::Nothing,
            "status" | "history" | "lock" | "db" => Self::Database,
            "plan" | "generate" | "entities" | "diff" | "inspect" | "docs" | "check" | "lint"
            | "rebase" | "verify" | "squash" => Self::Scratch,
            "bootstrap" | "up-all" | "down" | "fresh" | "refresh" | "reset" | "resolve" => {
                Self::Locks
            }
            _ => Self::All,
        }
    }

    fn heeds(self, option: &str) -> bool {
        match option {
            "database_url" | "wait" => self != Self::Nothing,
            "scratch" => matches!(self, Self::Scratch | Self::All),
            "lock_timeout" | "lock_wait" | "lock_hold" | "lock_queue" | "statement_timeout" => {
                matches!(self, Self::Locks | Self::All)
            }
            _ => true,
        }
    }
}

/// `command` with what its help is to say, where there are `services`.
pub(super) fn dressed(command: Command, services: &[Service]) -> Command {
    let global: Vec<Arg> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .cloned()
        .collect();
    let service = services.first().map_or("NAME", Service::name);
    let groups = groups(&command);
    let command = command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{HEADING}{OPTIONS}:{HEADING:#}\n{{options}}{{after-help}}"
    ));
    dressed_inner(command, &global, service)
}

fn dressed_inner(command: Command, global: &[Arg], service: &str) -> Command {
    command.mut_subcommands(|inner| {
        let name = inner.get_name().to_owned();
        let own = inner.after_help(shown_examples(&name, service));
        let own = match usage(&name) {
            Some(usage) => own.override_usage(usage),
            None => own,
        };
        let fitted = global.iter().map(|arg| fitted(arg.clone(), &name));
        dressed_inner(own.args(fitted), global, service)
    })
}

/// The usage of a command whose own would be wider than a terminal.
fn usage(name: &str) -> Option<&'static str> {
    match name {
        "resolve" => Some(
            "toolkit resolve [OPTIONS] [SERVICE] <MIGRATION>\n       <--retry|--rolled-back|--applied>",
        ),
        "diff" => Some("toolkit diff [OPTIONS] [SERVICE]\n       --from <SOURCE> --to <SOURCE>"),
        _ => None,
    }
}

/// An option of every command as the command `name` shows it.
fn fitted(arg: Arg, name: &str) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    if id == "format" {
        let help = format!("How to write the result: {}", formats(name).join(", "));
        return arg.hide_possible_values(true).help(help);
    }
    let hidden = !Heeds::of(name).heeds(&id) || (id == "tenant" && is_of_template(name));
    if hidden { arg.hide(true) } else { arg }
}

/// Whether the command `name` works on the template of tenants, and refuses one of them.
fn is_of_template(name: &str) -> bool {
    matches!(
        name,
        "new"
            | "service"
            | "squash"
            | "generate"
            | "lint"
            | "lock"
            | "rebase"
            | "verify"
            | "db"
            | "completions"
            | "help"
    )
}

/// The commands under headings, each with its first line.
fn groups(command: &Command) -> String {
    let width = Term::stdout().size_checked();
    let width = width.map_or(WIDTH, |(_, columns)| usize::from(columns).min(WIDTH));
    let about = |name: &str| command.find_subcommand(name)?.get_about();
    let names = GROUPS.iter().flat_map(|(_, names)| *names);
    let column = names.map(|name| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (heading, names) in GROUPS {
        let _ = writeln!(text, "{HEADING}{heading}:{HEADING:#}");
        for name in names {
            // Which commands there are depends on the features.
            let Some(about) = about(name) else { continue };
            let line = format!("  {WORD}{name:column$}{WORD:#}  {about}");
            let _ = writeln!(text, "{}", wrapped(&line, Some(width), column + 2));
        }
        text.push('\n');
    }
    text
}

fn shown_examples(name: &str, service: &str) -> String {
    let examples = examples(name);
    if examples.is_empty() {
        return String::new();
    }
    let mut text = format!("{HEADING}Examples:{HEADING:#}");
    for (words, what) in examples {
        let words = words.replace("SERVICE", service);
        let _ = write!(text, "\n  {WORD}toolkit {words}{WORD:#}\n      {what}");
    }
    text
}

/// What `--format` can be for the command `name`.
pub(super) fn formats(name: &str) -> Vec<&'static str> {
    let codes = codes(name).iter().map(|it| it.name());
    ["text", "json"].into_iter().chain(codes).collect()
}

/// The code and reports that the command `name` writes instead of text or JSON, where it does nothing else.
pub(super) fn codes(name: &str) -> &'static [Format] {
    match name {
        "generate" | "diff" => &[Format::Sql, Format::Rust],
        "history" => &[Format::Report(ReportFormat::Html)],
        "plan" => &[Format::Sql, Format::Report(ReportFormat::Html)],
        "up" | "up-all" | "bootstrap" => &[Format::Sql],
        "inspect" => &[
            Format::Sql,
            Format::Report(ReportFormat::Mermaid),
            Format::Report(ReportFormat::Dbml),
        ],
        "lint" => &[
            Format::Report(ReportFormat::Sarif),
            Format::Report(ReportFormat::Github),
            Format::Report(ReportFormat::Gitlab),
            Format::Report(ReportFormat::Markdown),
        ],
        _ => &[],
    }
}
