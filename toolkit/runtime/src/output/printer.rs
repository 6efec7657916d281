//! The one place that writes to the terminal.

use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use clap::{ValueEnum, builder::PossibleValue};
use dialoguer::console::Term;
use serde::Serialize;
use toolkit_text::{harmless, harmless_sql};

use super::{
    causes,
    fit::{Laid, laid, wrapped},
    json::{HarmlessJson, HarmlessLine},
    masked, stdout,
};
use crate::Error;

/// How a command's data is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people: aligned columns.
    #[default]
    Text,
    /// For programs: one JSON document.
    Json,
    /// The statements, for `psql -f`; only of commands that make some.
    Sql,
    /// The migration's source; only of commands that make one.
    Rust,
    /// What another program shows; only of commands that write it.
    Report(ReportFormat),
}

/// Who is to show what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// A comment for a pull request.
    Markdown,
    /// A diagram that GitHub and GitLab draw: <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>.
    Mermaid,
    /// Tables for dbdiagram.io and others: <https://dbml.dbdiagram.io/docs/>.
    Dbml,
    /// A page for a browser.
    Html,
}

impl ReportFormat {
    /// As the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Mermaid => "mermaid",
            Self::Dbml => "dbml",
            Self::Html => "html",
        }
    }
}

impl Format {
    /// As the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sql => "sql",
            Self::Rust => "rust",
            Self::Report(report) => report.name(),
        }
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Text,
            Self::Json,
            Self::Sql,
            Self::Rust,
            Self::Report(ReportFormat::Sarif),
            Self::Report(ReportFormat::Github),
            Self::Report(ReportFormat::Gitlab),
            Self::Report(ReportFormat::Markdown),
            Self::Report(ReportFormat::Mermaid),
            Self::Report(ReportFormat::Dbml),
            Self::Report(ReportFormat::Html),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Text => "For people: aligned columns",
            Self::Json => "For programs: one JSON document",
            Self::Sql => "The statements, for `psql -f`; only of commands that make some",
            Self::Rust => "The migration's source; only of commands that make one",
            Self::Report(report) => match report {
                ReportFormat::Sarif => "SARIF 2.1.0; only of `lint`",
                ReportFormat::Github => "Workflow commands of GitHub Actions; only of `lint`",
                ReportFormat::Gitlab => "A code quality report of GitLab; only of `lint`",
                ReportFormat::Markdown => "A comment for a pull request; only of `lint`",
                ReportFormat::Mermaid => "A diagram that GitHub draws; only of `inspect`",
                ReportFormat::Dbml => "Tables for dbdiagram.io; only of `inspect`",
                ReportFormat::Html => "A page for a browser; only of `plan` and `history`",
            },
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

/// How much a command says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// What was done.
    #[default]
    Normal,
    /// Also where settings came from.
    Verbose,
}

/// Writes data to stdout and talk to stderr. Colours are left out where `NO_COLOR` is set or
/// nobody watches; they never carry meaning alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Printer {
    format: Format,
    verbosity: Verbosity,
}

const BOLD: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
// Many terminals show bold colours in their bright form, and bright yellow or cyan is lost on white.
const WARNING: Style = AnsiColor::Yellow.on_default();
const HINT: Style = AnsiColor::Cyan.on_default();

/// How far in a line goes on that is too wide for the terminal.
const HANG: usize = 2;

impl Printer {
    /// A printer that writes `format` and says as much as `verbosity` asks.
    pub fn new(format: Format, verbosity: Verbosity) -> Self {
        Self { format, verbosity }
    }

    /// The format of the data.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How much is said.
    pub fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// Whether a person watches stderr and wants to: for spinners.
    pub fn is_live(&self) -> bool {
        self.format == Format::Text
            && self.verbosity > Verbosity::Quiet
            && std::io::stderr().is_terminal()
    }

    /// Writes lines of data. Quiet leaves them out; JSON never comes here.
    pub fn data(&self, text: &str) {
        self.coloured(&harmless(text));
    }

    /// Writes lines of data in colours of our own; what others wrote in them went through [`harmless`].
    pub fn coloured(&self, text: &str) {
        if self.format == Format::Text && self.verbosity > Verbosity::Quiet {
            let text = wrapped(text, columns(&Term::stdout()), HANG);
            stdout::write(|| writeln!(anstream::stdout(), "{text}"));
        }
    }

    /// Writes a text that was asked for as it is, whatever the verbosity.
    pub fn raw(&self, text: &str) {
        stdout::write(|| write!(std::io::stdout(), "{text}"));
    }

    /// Writes a script or its statements, whatever the verbosity.
    pub fn sql(&self, script: &str) {
        self.raw(&harmless_sql(script));
    }

    /// Writes a document for programs, whatever the verbosity.
    pub fn json(&self, document: &impl Serialize) {
        stdout::write(|| {
            let mut stdout = std::io::stdout().lock();
            let format = HarmlessJson::default();
            let mut serializer = serde_json::Serializer::with_formatter(&mut stdout, format);
            document.serialize(&mut serializer)?;
            writeln!(stdout)
        });
    }

    /// Writes a document for programs in one line.
    pub(crate) fn json_line(document: &impl Serialize) {
        stdout::write(|| {
            let mut stdout = std::io::stdout().lock();
            let mut serializer = serde_json::Serializer::with_formatter(&mut stdout, HarmlessLine);
            document.serialize(&mut serializer)?;
            writeln!(stdout)
        });
    }

    /// Writes rows in aligned columns under `header`, or as a narrow terminal has room for them.
    pub fn table(&self, header: &[&str], rows: &[Vec<String>]) {
        let Laid { heading, lines } = laid(header, rows, columns(&Term::stdout()));
        if let Some(heading) = heading {
            self.coloured(&format!("{BOLD}{}{BOLD:#}", harmless(&heading)));
        }
        for line in lines {
            self.data(&line);
        }
    }

    /// Says something beside the data, on stderr.
    pub fn note(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            tell("", text, HANG);
        }
    }

    /// Says something that only `--verbose` asks for, on stderr.
    pub fn detail(&self, text: &str) {
        if self.verbosity == Verbosity::Verbose {
            tell("", text, HANG);
        }
    }

    /// Says what somebody is about to be asked about, whatever the verbosity.
    pub(crate) fn question(text: &str) {
        tell(&format!("{WARNING}warning:{WARNING:#} "), text, HANG);
    }

    /// Warns, on stderr.
    pub fn warn(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            tell(&format!("{WARNING}warning:{WARNING:#} "), text, HANG);
        }
    }

    /// Shows an error with its causes and what to do next, on stderr.
    pub fn error(&self, error: &Error) {
        Self::error_of("", error, &[], error.hint());
    }

    /// Shows the errors of services. One that several share, as a server that nobody reaches, is
    /// shown once; where the error does not say whose it is, the services stand before it.
    pub(crate) fn errors<'e>(errors: impl Iterator<Item = (&'e str, &'e Error)>) {
        let mut shared: Vec<(Vec<&str>, &Error)> = Vec::new();
        for (service, error) in errors {
            let is_same = |other: &&mut (Vec<&str>, &Error)| {
                other.1.to_string() == error.to_string() && causes(other.1) == causes(error)
            };
            match shared.iter_mut().find(is_same) {
                Some((services, _)) => services.push(service),
                None => shared.push((vec![service], error)),
            }
        }
        for (services, error) in shared {
            let whose = if error.names_service() {
                String::new()
            } else {
                services.join(", ") + ": "
            };
            Self::error_of(&whose, error, &[], error.hint());
        }
    }

    /// Shows an error with its causes, with `lines` beneath them, and `hint`.
    pub(crate) fn error_of(whose: &str, error: &Error, lines: &[String], hint: Option<String>) {
        tell(
            &format!("{ERROR}error:{ERROR:#} "),
            &format!("{whose}{error}"),
            HANG,
        );
        for cause in causes(error) {
            tell("  caused by: ", &cause, HANG);
        }
        for line in lines {
            tell("  ", line, HANG);
        }
        if let Some(hint) = hint {
            tell(&format!("{HINT}hint:{HINT:#} "), &hint, "hint: ".len());
        }
    }

    /// Shows what is wrong with the command line, in colours of its own, on stderr.
    pub(crate) fn complaint(text: &str) {
        let text = wrapped(text.trim_end(), columns(&Term::stderr()), HANG);
        // Nobody is left to hear of a failure.
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// Writes a line of ours and then what others may have written, on stderr.
fn tell(ours: &str, text: &str, hang: usize) {
    let line = format!("{ours}{}", shown(text));
    let line = wrapped(&line, columns(&Term::stderr()), hang);
    // Nobody is left to hear of a failure.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// How wide a terminal is; nothing where a file or a pipe takes its place.
fn columns(terminal: &Term) -> Option<usize> {
    let size = terminal.is_term().then(|| terminal.size_checked())?;
    size.map(|(_, columns)| usize::from(columns))
        .filter(|columns| *columns > 0)
}

/// `text` as a terminal may have it.
fn shown(text: &str) -> String {
    harmless(&masked(text)).into_owned()
}
