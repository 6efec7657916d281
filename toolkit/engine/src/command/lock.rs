//! `lock`: writes what the migrations' sources are; and what `check` says about it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use toolkit_runtime::{Context, Error, Format, Lockfile, LockfileError, Outcome, Service};

use super::live;
use crate::project::{
    Sources,
    finding::{Finding, Words, findings, settle},
    lock,
};

/// One difference between the lock file and the sources, as it is shown.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Problem {
    problem: String,
    remedy: String,
}

/// What became of one service's lock file.
#[derive(Serialize)]
struct Locked {
    service: &'static str,
    /// Migrations that got a line.
    added: Vec<String>,
    /// Migrations whose earlier text is accepted from now on.
    accepted: Vec<String>,
    /// Migrations whose earlier text is forgotten.
    replaced: Vec<String>,
    /// Migrations that lost their line.
    forgotten: Vec<String>,
    /// Why nothing was written.
    problems: Vec<Problem>,
    /// The file, if it is another one than before.
    file: Option<PathBuf>,
}

/// Writes the lock files of `services`.
pub(crate) async fn lock(
    context: &Context,
    services: &[Service],
    words: &Words,
) -> Result<Outcome, Error> {
    refuse_unknown(services, words)?;
    let mut all = Vec::new();
    for service in services {
        all.push(lock_one(context, service, words).await?);
    }
    Ok(show(context, services, &all))
}

/// What a service's lock file and its sources say against each other; nothing where one of them is
/// not there.
pub(super) fn problems(service: &Service) -> Result<Option<Vec<Problem>>, Error> {
    let Some(folder) = service.crate_folder() else {
        return Ok(None);
    };
    let Some(text) = lock::read_text(folder)? else {
        return Ok(None);
    };
    let lockfile = match Lockfile::parse(&text) {
        Ok(lockfile) => lockfile,
        Err(error) => return Ok(Some(vec![Problem::unreadable(service, &error)])),
    };
    let sources = Sources::read(service, folder, &lockfile)?;
    Ok(Some(Problem::all(service, &findings(&lockfile, &sources))))
}

impl Problem {
    fn all(service: &Service, findings: &[Finding]) -> Vec<Self> {
        let told = |finding: &Finding| Self {
            problem: finding.to_string(),
            remedy: finding.remedy(service.name()),
        };
        findings.iter().map(told).collect()
    }

    fn unreadable(service: &Service, error: &LockfileError) -> Self {
        Self {
            problem: error.to_string(),
            remedy: error.hint().replace("NAME", service.name()),
        }
    }

    /// The problem, and under it the remedy.
    pub(super) fn lines(&self) -> [String; 2] {
        [self.problem.clone(), format!("  {}", self.remedy)]
    }
}

/// A word about a migration that no service has is a mistake.
fn refuse_unknown(services: &[Service], words: &Words) -> Result<(), Error> {
    let Words {
        accept,
        replace,
        forget,
    } = words;
    let mut known = Vec::new();
    for service in services {
        known.extend(service.migrations().iter().map(|m| m.name().to_owned()));
        if let Some(folder) = service.crate_folder() {
            let lockfile = lock::read(service, folder)?.unwrap_or_default();
            known.extend(lockfile.entries().iter().map(|entry| entry.name.clone()));
        }
    }
    known.sort();
    known.dedup();
    let mut named = accept.iter().chain(replace).chain(forget);
    match named.find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => Err(Error::UnknownMigration {
            service: services
                .iter()
                .map(Service::name)
                .collect::<Vec<_>>()
                .join(", "),
            migration: name.clone(),
            known,
        }),
    }
}

async fn lock_one(context: &Context, service: &Service, words: &Words) -> Result<Locked, Error> {
    let folder = folder(service)?;
    let before = lock::read(service, folder)?.unwrap_or_default();
    let sources = Sources::read(service, folder, &before)?;
    let mut locked = Locked::new(service);
    let lockfile = match settle(&before, &sources, words) {
        Ok(lockfile) => lockfile,
        Err(findings) => {
            locked.problems = Problem::all(service, &findings);
            return Ok(locked);
        }
    };
    locked.compare(&before, &lockfile);
    locked.problems = applied(context, service, &locked).await?;
    if locked.problems.is_empty() {
        locked.file = lock::save(folder, &lockfile)?;
    }
    Ok(locked)
}

/// The folder of the service's migration crate.
pub(super) fn folder(service: &Service) -> Result<&'static Path, crate::Error> {
    service
        .crate_folder()
        .ok_or_else(|| crate::Error::NoFolder {
            service: service.name().to_owned(),
        })
}

impl Locked {
    fn new(service: &Service) -> Self {
        Self {
            service: service.name(),
            added: Vec::new(),
            accepted: Vec::new(),
            replaced: Vec::new(),
            forgotten: Vec::new(),
            problems: Vec::new(),
            file: None,
        }
    }

    fn compare(&mut self, before: &Lockfile, after: &Lockfile) {
        for entry in after.entries() {
            let name = entry.name.clone();
            match before.entry(&name) {
                None => self.added.push(name),
                Some(known) if known.checksum == entry.checksum => {}
                Some(_) if entry.accepted.is_empty() => self.replaced.push(name),
                Some(_) => self.accepted.push(name),
            }
        }
        let names = before.entries().iter().map(|entry| &entry.name);
        self.forgotten = names
            .filter(|name| after.entry(name).is_none())
            .cloned()
            .collect();
    }
}

/// What a database has applied stays recorded there: its earlier text cannot be forgotten.
async fn applied(
    context: &Context,
    service: &Service,
    locked: &Locked,
) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    let lost = [locked.replaced.as_slice(), &locked.forgotten].concat();
    if lost.is_empty() {
        return Ok(problems);
    }
    let applied = live::applied(context, service, "toolkit lock").await?;
    for name in lost.into_iter().filter(|name| applied.contains(name)) {
        let remedy = if locked.replaced.contains(&name) {
            format!("if the change is meant: `toolkit lock --accept {name}`")
        } else {
            "restore its file from version control, and roll it back first".to_owned()
        };
        problems.push(Problem {
            problem: format!("{name}: it is applied in the database"),
            remedy,
        });
    }
    Ok(problems)
}

fn show(context: &Context, services: &[Service], all: &[Locked]) -> Outcome {
    let printer = &context.printer;
    let refused = all.iter().any(|locked| !locked.problems.is_empty());
    if printer.format() == Format::Json {
        printer.json(&serde_json::json!({ "command": "lock", "ok": !refused, "services": all }));
    } else {
        for (service, locked) in services.iter().zip(all) {
            explain(context, service, locked);
        }
    }
    if refused { Outcome::No } else { Outcome::Done }
}

fn explain(context: &Context, service: &Service, locked: &Locked) {
    let printer = &context.printer;
    let Locked {
        service: name,
        added,
        accepted,
        replaced,
        forgotten,
        problems,
        file,
    } = locked;
    if !problems.is_empty() {
        printer.data(&format!("{name}: its lock file was not written:"));
        for line in problems.iter().flat_map(Problem::lines) {
            printer.data(&format!("  {line}"));
        }
        return;
    }
    let done = [
        ("locked", added),
        ("accepted the new text of", accepted),
        ("replaced the text of", replaced),
        ("forgot", forgotten),
    ];
    for (what, migration) in done
        .iter()
        .flat_map(|(what, names)| names.iter().map(move |n| (what, n)))
    {
        printer.data(&format!("{name}: {what} {migration}"));
    }
    match file {
        Some(file) => wrote(context, file),
        None => printer.data(&format!("{name}: nothing to do")),
    }
    if matches!(service.lockfile(), Ok(None)) {
        printer.note(&format!(
            "next: say .lock(include_str!(\"../{}\")) in the definition of {name}",
            lock::LOCKFILE
        ));
    }
}

/// Says that a file was written.
pub(super) fn wrote(context: &Context, file: &Path) {
    let shown = file.strip_prefix(context.configuration.root());
    let shown = shown.unwrap_or(file).display();
    context.printer.note(&format!("wrote {shown}"));
}
