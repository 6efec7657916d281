//! What the sources of a service say that nobody would see: the compiler reads past it, or the program that runs
//! was built before.

use toolkit_runtime::{Context, Error, Service};
use toolkit_text::harmless_line;

use super::lock::{Problem, shown};
use crate::project::{Stale, UnknownWord, crate_folder, stale, todos, unknown_words};

/// How a program is built anew before it runs.
const BUILD: &str = "build the toolkit again: `cargo toolkit …` and `cargo run -p toolkit -- …` do so before they run it";

/// What is told of a service's sources.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What makes an answer wrong.
    pub(super) wrong: Vec<Problem>,
    /// What may be as it should.
    pub(super) notices: Vec<Problem>,
}

/// What `check` tells of the sources of `service`; `is_applied` says which migrations nobody can change any more.
///
/// # Errors
/// When a source cannot be read.
pub(super) fn look(
    context: &Context,
    service: &Service,
    is_applied: impl Fn(&str) -> bool,
) -> Result<Told, Error> {
    let mut told = Told::default();
    for stale in stale(service, &context.configuration)? {
        // Who copies files about changes their times, too, so a time alone is no fault.
        match stale {
            Stale::New { .. } | Stale::Gone { .. } => told.wrong.push(of_stale(context, &stale)),
            Stale::Newer { .. } | Stale::Touched { .. } => {
                told.notices.push(of_stale(context, &stale));
            }
        }
    }
    for unknown in unknown_words(service, &context.configuration)? {
        let problem = of_word(context, &unknown);
        match unknown.nearest {
            Some(_) => told.wrong.push(problem),
            // A later SeaORM may know it.
            None => told.notices.push(problem),
        }
    }
    if let Ok(folder) = crate_folder(service, &context.configuration) {
        for migration in service.migrations() {
            if is_applied(migration.name()) {
                continue;
            }
            for todo in todos(&folder, migration.name())? {
                let place = format!("{}:{}", shown(context, &todo.file), todo.line);
                told.notices.push(Problem::new(
                    format!("{place}: this is still to be done: {}", todo.text),
                    "do it, or take the comment out, before a database applies the migration"
                        .to_owned(),
                ));
            }
        }
    }
    Ok(told)
}

/// Tells where the program is older than the sources of `services`.
///
/// # Errors
/// When a source cannot be read.
pub(crate) fn tell_stale(context: &Context, services: &[Service]) -> Result<(), Error> {
    for service in services {
        for stale in stale(service, &context.configuration)? {
            let [problem, remedy] = of_stale(context, &stale).lines();
            context.printer.warn(&format!(
                "{}: {problem}; {}",
                service.name(),
                remedy.trim_start()
            ));
        }
    }
    Ok(())
}

/// Refuses what would be made of old sources.
///
/// # Errors
/// [`crate::Error::Stale`].
pub(super) fn refuse_stale(context: &Context, service: &Service) -> Result<(), Error> {
    for stale in stale(service, &context.configuration)? {
        let [problem, _] = of_stale(context, &stale).lines();
        let name = service.name();
        match stale {
            Stale::New { .. } | Stale::Gone { .. } | Stale::Newer { .. } => {
                return Err(crate::Error::Stale {
                    service: name.to_owned(),
                    problem,
                    hint: BUILD.to_owned(),
                }
                .into());
            }
            Stale::Touched { .. } => context.printer.warn(&format!("{name}: {problem}; {BUILD}")),
        }
    }
    Ok(())
}

/// Refuses words in the entities of `service` that are misspelt, and tells those that may be of a later SeaORM.
///
/// # Errors
/// [`crate::Error::Misspelt`].
pub(super) fn refuse_misspelt(context: &Context, service: &Service) -> Result<(), Error> {
    let mut misspelt = Vec::new();
    for unknown in unknown_words(service, &context.configuration)? {
        let [problem, _] = of_word(context, &unknown).lines();
        match unknown.nearest {
            Some(_) => misspelt.push(problem),
            None => context.printer.warn(&problem),
        }
    }
    if misspelt.is_empty() {
        return Ok(());
    }
    Err(crate::Error::Misspelt {
        service: service.name().to_owned(),
        words: misspelt,
    }
    .into())
}

fn of_stale(context: &Context, stale: &Stale) -> Problem {
    let problem = match stale {
        Stale::New { library, names } => format!(
            "{} lists what the program that runs does not have: {}",
            shown(context, library),
            names.join(", ")
        ),
        Stale::Gone { library, names } => format!(
            "the program that runs has what {} lists no more: {}",
            shown(context, library),
            names.join(", ")
        ),
        Stale::Newer { files } | Stale::Touched { files } => {
            let files = files.iter().map(|file| shown(context, file));
            let files: Vec<String> = files.collect();
            format!(
                "the program that runs was built before this was written: {}",
                files.join(", ")
            )
        }
    };
    Problem::new(harmless_line(&problem), BUILD.to_owned())
}

fn of_word(context: &Context, unknown: &UnknownWord) -> Problem {
    let UnknownWord {
        file,
        line,
        word,
        nearest,
    } = unknown;
    let place = format!("{}:{line}", shown(context, file));
    let meant = nearest.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
    let problem = format!("{place}: SeaORM knows no `{word}` here and reads past it{meant}");
    let remedy = match nearest {
        Some(word) => format!("write `{word}`"),
        None => "take it out, unless the SeaORM that you use knows it".to_owned(),
    };
    Problem::new(harmless_line(&problem), remedy)
}
