//! `lock`: writes what the migrations' sources are; and what `check` says about it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use toolkit_runtime::{
    Context, Error, Failure, Format, Lockfile, LockfileError, Outcome, Service, Standing,
    command::unknown,
};

use super::live;
use crate::project::{
    Accepted, Sources, Words, crate_folder,
    finding::{Finding, findings, settle},
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
    refuse_unknown(context, services, words)?;
    let mut all = Vec::new();
    for service in services {
        all.push(lock_one(context, service, words).await?);
    }
    Ok(show(context, services, &all))
}

/// What a service's lock file and its sources say against each other; nothing where one of them is
/// not there.
pub(super) fn problems(
    context: &Context,
    service: &Service,
) -> Result<Option<Vec<Problem>>, Error> {
    let folder = match crate_folder(service, &context.configuration) {
        Ok(folder) => folder,
        Err(toolkit_project::Error::NoFolder { .. }) => return Ok(None),
        Err(error) => {
            context
                .printer
                .warn(&format!("{error}, so its migrations.lock is not compared"));
            return Ok(None);
        }
    };
    let Some(text) = lock::read_text(&folder)? else {
        return Ok(None);
    };
    let lockfile = match Lockfile::parse(&text) {
        Ok(lockfile) => lockfile,
        Err(error) => return Ok(Some(vec![Problem::unreadable(service, &error)])),
    };
    let sources = Sources::read(service, &folder, &lockfile)?;
    Ok(Some(Problem::all(service, &findings(&lockfile, &sources))))
}

impl Problem {
    pub(super) fn new(problem: String, remedy: String) -> Self {
        Self { problem, remedy }
    }

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

    fn unknown_text(migration: &str, why: &str) -> Self {
        Self {
            problem: format!(
                "{migration}: its line and its source agree, so the text that a database has applied \
                 is not known here; {why}"
            ),
            remedy: format!(
                "name the database that refuses it with --database-url; or run the command that its \
                 `up` answers: `toolkit lock --accept {migration}=CHECKSUM`"
            ),
        }
    }

    /// The problem, and under it the remedy.
    pub(super) fn lines(&self) -> [String; 2] {
        [self.problem.clone(), format!("  {}", self.remedy)]
    }
}

/// A word about a migration that no service has is a mistake.
fn refuse_unknown(context: &Context, services: &[Service], words: &Words) -> Result<(), Error> {
    let Words {
        accept,
        replace,
        forget,
    } = words;
    let mut known = Vec::new();
    for service in services {
        known.extend(service.migrations().iter().map(|m| m.name().to_owned()));
        if let Ok(folder) = crate_folder(service, &context.configuration) {
            let lockfile = lock::read(service, &folder)?.unwrap_or_default();
            known.extend(lockfile.entries().iter().map(|entry| entry.name.clone()));
        }
    }
    known.sort();
    known.dedup();
    let accept = accept.iter().map(|accepted| &accepted.name);
    let mut named = accept.chain(replace).chain(forget);
    match named.find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let services: Vec<&str> = services.iter().map(Service::name).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            Err(unknown(&services.join(", "), name, &known))
        }
    }
}

async fn lock_one(context: &Context, service: &Service, words: &Words) -> Result<Locked, Error> {
    let folder = crate_folder(service, &context.configuration)?;
    let before = lock::read(service, &folder)?.unwrap_or_default();
    let sources = Sources::read(service, &folder, &before)?;
    let mut locked = Locked::new(service);
    let mut words = words.clone();
    locked.problems = complete(context, service, &mut words, (&before, &sources)).await;
    if !locked.problems.is_empty() {
        return Ok(locked);
    }
    let lockfile = match settle(&before, &sources, &words) {
        Ok(lockfile) => lockfile,
        Err(findings) => {
            locked.problems = Problem::all(service, &findings);
            return Ok(locked);
        }
    };
    locked.compare(&before, &lockfile);
    locked.problems = applied(context, service, &locked).await?;
    if locked.problems.is_empty() {
        locked.file = lock::save(&folder, &lockfile)?;
    }
    Ok(locked)
}

/// Completes what is to be accepted of migrations whose lines and sources agree: the earlier text is
/// in neither of them, so the database says it. Returns where it cannot.
async fn complete(
    context: &Context,
    service: &Service,
    words: &mut Words,
    (lockfile, sources): (&Lockfile, &Sources),
) -> Vec<Problem> {
    let silent = silent(words, lockfile, sources);
    if silent.is_empty() {
        return Vec::new();
    }
    let standing = live::standing(context, service, "toolkit lock").await;
    let mut problems = Vec::new();
    for name in silent {
        match earlier_text(&name, standing.as_ref()) {
            Ok(checksum) => words.accept.push(Accepted {
                name,
                checksum: Some(checksum),
            }),
            Err(why) => problems.push(Problem::unknown_text(&name, &why)),
        }
    }
    problems
}

/// The migrations to be accepted whose lines are sound and say what their sources are.
fn silent(words: &Words, lockfile: &Lockfile, sources: &Sources) -> Vec<String> {
    let found = findings(lockfile, sources);
    let is_broken = |name: &str| {
        let mut found = found.iter();
        found.any(|finding| matches!(finding, Finding::Broken { name: other } if other == name))
    };
    let agrees = |name: &str| {
        let source = sources.listed.iter().find(|(other, _)| other == name);
        let source = source.and_then(|(_, checksum)| checksum.as_ref());
        let entry = lockfile.entry(name);
        entry.is_some_and(|entry| source == Some(&entry.checksum)) && !is_broken(name)
    };
    let unsaid = words.accept.iter().filter(|word| word.checksum.is_none());
    unsaid
        .map(|word| word.name.clone())
        .filter(|name| agrees(name))
        .collect()
}

/// The checksum of the text of the migration `name` that the database has applied, or why it is not
/// known.
fn earlier_text(name: &str, standing: Result<&Option<Standing>, &Error>) -> Result<String, String> {
    let standing = match standing {
        Ok(Some(standing)) => standing,
        Ok(None) => return Err("there is no database that could say it".to_owned()),
        Err(error) => {
            return Err(format!(
                "the database cannot be asked: {}",
                Failure::from(error).message
            ));
        }
    };
    let mut migrations = standing.migrations.iter();
    let known = migrations.find(|migration| migration.name == name);
    known
        .and_then(|migration| migration.checksum.clone())
        .ok_or_else(|| "the database does not know it either".to_owned())
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
                Some(known) if known == entry => {}
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
    let applied = live::applied_if_there(context, service, "toolkit lock").await?;
    let Some(applied) = applied else {
        context.printer.note(&format!(
            "{}: no database was asked whether it has applied {}; one that has refuses `up` from now \
             on, and says how to accept the change",
            service.name(),
            lost.join(", ")
        ));
        return Ok(problems);
    };
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

/// A file as it is shown: from the root of the workspace.
pub(super) fn shown(context: &Context, file: &Path) -> String {
    let relative = file.strip_prefix(context.configuration.root());
    relative.unwrap_or(file).display().to_string()
}

/// Says that a file was written.
pub(super) fn wrote(context: &Context, file: &Path) {
    context
        .printer
        .note(&format!("wrote {}", shown(context, file)));
}
