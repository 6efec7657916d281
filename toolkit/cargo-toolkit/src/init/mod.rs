//! `init`: writes what a workspace, a package or an empty folder lacks.

mod files;
mod services;

use std::process::ExitCode;

use toolkit_scaffold::relative;

use crate::{args::InitArgs, error::Error, origin::Origin, survey::Survey, tell};
use files::Plan;
use services::Services;

/// Shows what is missing, asks, and writes it.
pub(crate) fn run(args: &InitArgs) -> Result<ExitCode, Error> {
    let here = std::env::current_dir().map_err(Error::Folder)?;
    let survey = Survey::of(&here)?;
    survey.refuse_other_sea_orm()?;
    let origin = Origin::of(args, &here)?.seen_from(&survey.root, &here);
    let services = Services::of(&survey, args)?;
    let mut plan = Plan::of(&survey, &services, &origin, args.no_ci)?;
    for note in &services.notes {
        tell::note(&format!("note: {note}"));
    }
    if plan.changes.is_empty() {
        tell::note("nothing to do");
        return Ok(ExitCode::SUCCESS);
    }
    tell::note(&format!("in {}:", survey.root.display()));
    for (path, is_new) in plan.changes.files() {
        let word = if is_new { "new " } else { "edit" };
        tell::data(&format!("  {word}  {}", relative(path, &survey.root)));
    }
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if !args.yes {
        tell::confirm()?;
    }
    plan.changes.make()?;
    next(&services);
    Ok(ExitCode::SUCCESS)
}

/// What to do now.
fn next(services: &Services) {
    for new in services.new.iter().filter(|it| it.is_example) {
        let name = &new.name;
        tell::note(&format!(
            "next: put entities of your own in the place of entity/src/{name}/example.rs; then \
             `cargo toolkit generate --service {name} -m \"create …\"` and `cargo toolkit up --service {name}`"
        ));
    }
    for defined in services.defined.iter().filter(|it| it.entities.is_empty()) {
        let name = &defined.name;
        tell::note(&format!(
            "next: `cargo toolkit entities --service {name} --from history` writes the entities of {name}"
        ));
    }
    if !services.new.iter().any(|it| it.is_example) {
        tell::note("next: `cargo toolkit check`");
    }
}
