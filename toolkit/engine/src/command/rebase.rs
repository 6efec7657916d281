//! `rebase`: moves the migrations that only this branch has behind those that the others brought.

use std::path::{Path, PathBuf};

use sea_orm::prelude::ChronoUtc;
use serde_json::json;
use toolkit_runtime::{Context, Error, Extent, Format, Lockfile, Outcome, Service};
use toolkit_schema::Touched;

use super::{
    live,
    lock::wrote,
    verify::{self, Proof},
};
use crate::{
    history::replay,
    project::{Branches, Rebase, Repository, conflict, crate_folder, lock},
    scratch::{Location, Scratch},
    verify::read,
};

/// The words of `rebase`.
pub(crate) struct Request {
    pub(crate) service: Service,
    /// The branch that this one goes into.
    pub(crate) onto: Option<String>,
    pub(crate) dry_run: bool,
}

/// What two branches have locked.
struct Sides {
    ours: Lockfile,
    theirs: Lockfile,
    /// What the other branch is called.
    onto: String,
    /// Whether the lock file is in conflict.
    in_conflict: bool,
}

/// What is to be done.
struct Change {
    service: Service,
    folder: PathBuf,
    sides: Sides,
    branches: Branches,
    renames: Vec<(String, String)>,
}

/// The new order, tried out.
struct Trial {
    /// Those of this branch's migrations that were tried, up, down and up again.
    proofs: Vec<Proof>,
    /// What both branches touch.
    overlaps: Vec<String>,
    /// Where it was tried.
    place: Location,
}

/// Moves the migrations, or says that there is nothing to do.
pub(crate) async fn rebase(context: &Context, request: Request) -> Result<Outcome, Error> {
    let change = Change::of(context, request.service, request.onto)?;
    if change.is_empty() {
        return Ok(nothing_to_do(context, &change));
    }
    let applied = live::applied(context, &change.service, "toolkit rebase").await?;
    let renamed = change.renames.iter().map(|(old, _)| old.clone());
    let applied: Vec<String> = renamed.filter(|name| applied.contains(name)).collect();
    if !applied.is_empty() {
        return Ok(refuse(context, &change, &applied));
    }
    change.refuse()?;
    let service = std::slice::from_ref(&change.service);
    let trial = Scratch::with(context, service, async |scratch| {
        change.try_out(scratch).await
    });
    let trial = trial.await?;
    let holds = trial.proofs.iter().all(Proof::holds);
    let files = if holds && !request.dry_run {
        // An interruption in between would leave some files changed and others not.
        context.end_by_signal();
        change.write()?
    } else {
        Vec::new()
    };
    show(context, &change, &trial, &files);
    Ok(if holds { Outcome::Done } else { Outcome::No })
}

impl Change {
    fn of(context: &Context, service: Service, onto: Option<String>) -> Result<Self, Error> {
        let folder = crate_folder(&service, &context.configuration)?;
        let sides = Sides::read(&service, &folder, onto)?;
        let listed: Vec<String> = service
            .migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        let branches = Branches::split(&listed, &sides.ours, &sides.theirs);
        let renames = branches.renames(&sides.theirs, ChronoUtc::now());
        Ok(Self {
            service,
            folder,
            sides,
            branches,
            renames,
        })
    }

    /// Whether the migrations stand where they should, and the lock file says so.
    fn is_empty(&self) -> bool {
        let order = self.branches.order();
        let migrations = self.service.migrations();
        let listed = migrations.iter().map(|migration| migration.name());
        let entries = self.sides.ours.entries().iter();
        self.renames.is_empty()
            && !self.sides.in_conflict
            && self.sides.ours.broken().is_empty()
            && listed.eq(order.iter().map(String::as_str))
            && entries.map(|entry| &entry.name).eq(&order)
    }

    /// How many migrations of the other branch are not in the list yet.
    fn absent(&self) -> usize {
        let theirs = self.sides.theirs.entries().iter();
        theirs
            .filter(|entry| !self.branches.shared.contains(&entry.name))
            .count()
    }

    /// Replays all migrations in the new order on the scratch database, this branch's own down and
    /// up again.
    async fn try_out(&self, scratch: &Scratch) -> Result<Trial, Error> {
        let Branches { local, brought, .. } = &self.branches;
        let connection = scratch.connection();
        let service = self.service.clone().reordered(self.branches.order());
        replay(scratch, &service, &Extent::Count(0)).await?;
        let mut before = read(connection.db(), &service).await?;
        let (mut ours, mut theirs) = (Touched::default(), Touched::default());
        let mut proofs = Vec::new();
        for name in self.branches.order() {
            let after = if local.contains(&name) {
                let (proof, after) =
                    verify::prove(scratch, &service, &before, (&name, false)).await?;
                proofs.push(proof);
                // Those behind it build on what is not there.
                let Some(after) = after else { break };
                ours.extend(Touched::between(&before, &after));
                after
            } else {
                replay(scratch, &service, &Extent::Count(1)).await?;
                let after = read(connection.db(), &service).await?;
                if brought.contains(&name) {
                    theirs.extend(Touched::between(&before, &after));
                }
                after
            };
            before = after;
        }
        Ok(Trial {
            proofs,
            overlaps: ours.shared(&theirs),
            place: scratch.location(),
        })
    }

    /// Refuses sources that cannot be changed, before any work is done.
    fn refuse(&self) -> Result<(), toolkit_project::Error> {
        self.rebase(&self.branches.order()).refuse()
    }

    fn write(&self) -> Result<Vec<PathBuf>, toolkit_project::Error> {
        self.rebase(&self.branches.order()).write()
    }

    fn rebase<'a>(&'a self, order: &'a [String]) -> Rebase<'a> {
        Rebase {
            folder: &self.folder,
            renames: &self.renames,
            order,
            local: &self.branches.local,
            ours: &self.sides.ours,
            theirs: &self.sides.theirs,
        }
    }
}

impl Sides {
    /// Reads the two sides of a lock file in conflict, or the file and that of the other branch.
    fn read(service: &Service, folder: &Path, onto: Option<String>) -> Result<Self, Error> {
        let text = lock::read_text(folder)?.unwrap_or_default();
        let in_conflict = conflict::sides(&text);
        let is_in_conflict = in_conflict.is_some();
        let (mut ours, mut theirs) = in_conflict.unwrap_or_else(|| (text, String::new()));
        let repository = Repository::of(folder)?;
        if is_in_conflict && repository.is_rebasing()? {
            std::mem::swap(&mut ours, &mut theirs);
        }
        let onto = match onto {
            None if is_in_conflict => "the branch that is merged".to_owned(),
            onto => {
                let onto = reference(&repository, onto)?;
                theirs = locked_at(&repository, service, &onto)?;
                onto
            }
        };
        let parse = |text: &str| {
            Lockfile::parse(text).map_err(|source| Error::Lockfile {
                service: service.name().to_owned(),
                source,
            })
        };
        Ok(Self {
            ours: parse(&ours)?,
            theirs: parse(&theirs)?,
            onto,
            in_conflict: is_in_conflict,
        })
    }
}

/// The branch that was named, or the one that this branch goes into.
fn reference(
    repository: &Repository<'_>,
    onto: Option<String>,
) -> Result<String, toolkit_project::Error> {
    let found = match onto {
        Some(onto) => repository.has(&onto)?.then_some(onto.clone()).ok_or(onto),
        None => Ok(repository.trunk()?.unwrap_or_default()),
    };
    let problem = match found {
        Ok(found) if !found.is_empty() => return Ok(found),
        Ok(_) => "which branch this one goes into is not known".to_owned(),
        Err(onto) => format!("it has no {onto}"),
    };
    Err(toolkit_project::Error::Git { problem })
}

/// The text of the service's lock file in the commit `onto`.
fn locked_at(
    repository: &Repository<'_>,
    service: &Service,
    onto: &str,
) -> Result<String, toolkit_project::Error> {
    let text = repository.show(onto, lock::LOCKFILE)?;
    text.ok_or_else(|| toolkit_project::Error::Git {
        problem: format!("{onto} has no {} of {}", lock::LOCKFILE, service.name()),
    })
}

fn nothing_to_do(context: &Context, change: &Change) -> Outcome {
    let name = change.service.name();
    match context.printer.format() {
        Format::Json => context.printer.json(&document(change, None, &[], &[])),
        Format::Text | Format::Sql | Format::Rust | Format::Report(_) => {
            context.printer.data(&format!(
                "{name}: nothing to do; its own migrations stand behind those of {}",
                change.sides.onto
            ));
        }
    }
    Outcome::Done
}

/// A new name would make an applied migration vanish.
fn refuse(context: &Context, change: &Change, applied: &[String]) -> Outcome {
    let name = change.service.name();
    if context.printer.format() == Format::Json {
        context.printer.json(&document(change, None, applied, &[]));
    }
    context.printer.data(&format!(
        "{name}: nothing was changed, because the database has applied {}\n\
         roll back first: `toolkit down --service {name} -n {}`",
        applied.join(", "),
        applied.len()
    ));
    Outcome::No
}

fn document(
    change: &Change,
    trial: Option<&Trial>,
    applied: &[String],
    files: &[PathBuf],
) -> serde_json::Value {
    let renames = change.renames.iter();
    json!({
        "command": "rebase",
        "service": change.service.name(),
        "ok": applied.is_empty() && trial.is_none_or(|trial| trial.proofs.iter().all(Proof::holds)),
        "onto": change.sides.onto,
        "renamed": renames.map(|(from, to)| json!({ "from": from, "to": to })).collect::<Vec<_>>(),
        "overlaps": trial.map_or(&[][..], |trial| &trial.overlaps),
        "proofs": trial.map_or(&[][..], |trial| &trial.proofs),
        "scratch": trial.map(|trial| &trial.place),
        "applied": applied,
        "files": files,
    })
}

fn show(context: &Context, change: &Change, trial: &Trial, files: &[PathBuf]) {
    let printer = &context.printer;
    let name = change.service.name();
    if printer.format() == Format::Json {
        printer.json(&document(change, Some(trial), &[], files));
    }
    printer.data(&format!(
        "{name}: {} of this branch behind {}",
        counted(change.branches.local.len()),
        change.sides.onto
    ));
    for (old, new) in &change.renames {
        printer.data(&format!("  {old} -> {new}"));
    }
    for overlap in &trial.overlaps {
        printer.warn(&format!("both branches change {overlap}"));
    }
    let absent = change.absent();
    if absent > 0 {
        printer.note(&format!(
            "{} has {} that this branch lacks: merge, then run this again to see what both change",
            change.sides.onto,
            counted(absent)
        ));
    }
    for proof in trial.proofs.iter().filter(|proof| !proof.holds()) {
        verify::explain(context, proof);
    }
    if trial.proofs.iter().all(Proof::holds) {
        printer.note(&format!("replayed in the new order in {}", trial.place));
    } else {
        printer.note("nothing was changed: correct the migration, then run the command again");
    }
    files.iter().for_each(|file| wrote(context, file));
    if !files.is_empty() {
        printer.note(&format!(
            "next: `cargo toolkit check --service {name}`, then commit"
        ));
    }
}

pub(super) fn counted(migrations: usize) -> String {
    match migrations {
        1 => "1 migration".to_owned(),
        number => format!("{number} migrations"),
    }
}
