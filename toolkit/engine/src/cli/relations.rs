//! Entities whose relations call each other without an end. Asking one for its foreign keys uses up the
//! stack, which ends the process and which nothing can catch; so another process of this program asks
//! first, and is seen to end.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Command as Process, ExitCode, ExitStatus, Stdio},
};

use toolkit_runtime::{EntityTable, Error, Service, command::blocking};

use super::{args::Command, choose, names::SomeServices};
use crate::command::diff::Source;

/// Names the services whose entities a process of this program shall ask.
const ASKS: &str = "TOOLKIT_ASKS_ENTITIES_OF";
/// Begins the lines that such a process writes; whoever calls `main` may write others before.
const MARK: &str = "toolkit asks ";

/// Asks the entities, where this is the process that was started for it.
pub(super) fn asked(services: &[Service]) -> Option<ExitCode> {
    let names = env::var(ASKS).ok()?;
    EntityTable::watch_relations(tell);
    let chosen = |service: &&Service| names.split(',').any(|name| name == service.name());
    for service in services.iter().filter(chosen) {
        service.entity_tables();
    }
    Some(ExitCode::SUCCESS)
}

fn tell(entity: &str, relation: &str) {
    let mut stdout = std::io::stdout().lock();
    // Who started this process may be gone.
    let _ = writeln!(stdout, "{MARK}{entity} {relation}").and_then(|()| stdout.flush());
}

/// Refuses a command that asks entities of `services` whose relations call each other.
///
/// # Errors
/// [`crate::Error::Endless`].
pub(super) async fn refuse_endless(command: &Command, services: &[Service]) -> Result<(), Error> {
    let Some(names) = asking(command) else {
        return Ok(());
    };
    let services = choose::some(services, &names)?;
    let names: Vec<&str> = services.iter().map(Service::name).collect();
    let names = names.join(",");
    match blocking("ask the entities", move || last_asked(&names)).await? {
        Some((entity, relation)) => Err(crate::Error::Endless { entity, relation }.into()),
        None => Ok(()),
    }
}

/// Likewise, where `source` is entities.
fn of_entities(source: &Source, services: &SomeServices) -> Option<Vec<String>> {
    match source {
        Source::Entities => Some(services.names()),
        Source::History | Source::Database | Source::Url(_) | Source::File(_) => None,
    }
}

/// The names of the services whose entities `command` asks, as it was given them.
fn asking(command: &Command) -> Option<Vec<String>> {
    let one = |name: &str| Some(vec![name.to_owned()]);
    match command {
        Command::Up(args) => args.dry_run.then(|| args.services.names()),
        Command::UpAll(args) => args.dry_run.then(Vec::new),
        Command::Plan(args) => Some(args.services.names()),
        Command::Lint(args) => Some(args.services.names()),
        Command::Stamp(args) => one(args.of.service()),
        Command::Adopt(args) => one(args.service.name()),
        Command::Entities(args) => one(args.service.name()),
        Command::Squash(args) => one(args.service.name()),
        Command::Rebase(args) => one(args.service.name()),
        Command::Generate(args) => Some(args.services.names()),
        Command::Inspect(args) => of_entities(&args.from, &args.services),
        Command::Docs(args) => of_entities(&args.from, &args.services),
        Command::Diff(args) => {
            (!args.service.is_open()).then(|| vec![args.service.name().to_owned()])
        }
        Command::Check(args) => Some(args.services.names()),
        Command::Verify(args) => Some(args.services.names()),
        Command::Bootstrap(_)
        | Command::Down(_)
        | Command::Status { .. }
        | Command::History { .. }
        | Command::Resolve(_)
        | Command::Fresh(_)
        | Command::Refresh(_)
        | Command::Reset(_)
        | Command::New(_)
        | Command::Lock(_)
        | Command::Completions { .. }
        | Command::Help { .. } => None,
        #[cfg(feature = "embedded")]
        Command::Db { .. } => None,
    }
}

/// The entity and the relation at which a process that asks the entities of the services `names` uses up
/// its stack; nothing where it does not, or cannot be started.
fn last_asked(names: &str) -> Option<(String, String)> {
    let mut process = Process::new(env::current_exe().ok()?)
        .args(env::args_os().skip(1))
        .env(ASKS, names)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // Rust's own words name a thread, and neither an entity nor what to do.
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let lines = BufReader::new(process.stdout.take()?).lines();
    let told = lines.map_while(Result::ok);
    let last = told
        .filter_map(|line| line.strip_prefix(MARK).map(str::to_owned))
        .last();
    let status = process.wait().ok()?;
    let (entity, relation) = last?
        .split_once(' ')
        .map(|(entity, relation)| (entity.to_owned(), relation.to_owned()))?;
    is_of_a_stack(status).then_some((entity, relation))
}

/// Whether a process ended as one does whose stack is used up: Rust aborts it, else the system does.
#[cfg(unix)]
fn is_of_a_stack(status: ExitStatus) -> bool {
    const SIGABRT: i32 = 6;
    const SIGSEGV: i32 = 11;
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    matches!(signal, Some(SIGABRT | SIGSEGV))
}

/// Likewise, as the system says it:
/// <https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/596a1078-e883-4972-9bbc-49e60bebca55>
#[cfg(not(unix))]
fn is_of_a_stack(status: ExitStatus) -> bool {
    const STATUS_STACK_OVERFLOW: u32 = 0xC000_00FD;
    status.code().map(i32::cast_unsigned) == Some(STATUS_STACK_OVERFLOW)
}
