//! `entities.lock`: what the entities of a service said when a migration was last generated, of a service
//! that keeps what they leave unsaid.

use std::path::{Path, PathBuf};

use toolkit_runtime::{Context, Error, Service};

use super::lock::{Problem, wrote};
use crate::{
    compare::{Comparison, Wishes},
    desired::{Said, SaidBefore},
    project::{FileChanges, crate_folder, said},
};

/// What the entities of `service` said before; nothing where no file says it, or where that does not matter.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn before(context: &Context, service: &Service) -> Result<SaidBefore, Error> {
    let text = match folder(context, service) {
        Some(folder) => said::read_text(&folder)?,
        None => None,
    };
    Ok(SaidBefore::parse(text.as_deref().unwrap_or_default()))
}

/// What is to be known of `service` where nobody wishes anything.
///
/// # Errors
/// As [`before`].
pub(super) fn wishes(context: &Context, service: &Service) -> Result<Wishes, Error> {
    Ok(Wishes {
        before: before(context, service)?,
        ..Wishes::default()
    })
}

/// Adds to `changes`, of the crate in `folder`, that the file holds what the entities say.
pub(super) fn change(
    changes: &mut FileChanges,
    service: &Service,
    folder: &Path,
    said: &Said,
) -> Result<(), Error> {
    if service.keeps_unsaid() {
        said::change(changes, folder, said.to_string())?;
    }
    Ok(())
}

/// Writes the file, if it holds something else.
pub(super) fn write(
    context: &Context,
    service: &Service,
    said: &Said,
) -> Result<Vec<PathBuf>, Error> {
    let Some(folder) = folder(context, service) else {
        return Ok(Vec::new());
    };
    let file = said::save(&folder, said.to_string())?;
    file.iter().for_each(|file| wrote(context, file));
    Ok(file.into_iter().collect())
}

/// What the file and the entities say against each other. Where a migration is missing, that is what is to
/// be told: writing it writes the file.
pub(super) fn problem(
    context: &Context,
    service: &Service,
    comparison: &Comparison,
) -> Result<Option<Problem>, Error> {
    let Some(folder) = folder(context, service).filter(|_| comparison.is_empty()) else {
        return Ok(None);
    };
    let (found, wanted) = (said::read_text(&folder)?, comparison.said.to_string());
    let is_same = found
        .as_ref()
        .is_some_and(|it| it.lines().eq(wanted.lines()));
    let what = match found {
        Some(_) if is_same => return Ok(None),
        Some(_) => "holds something else than what the entities say now",
        None => "is not there",
    };
    let problem = format!(
        "{} {what}, so what is taken out of an entity later would be kept",
        said::FILE
    );
    let remedy = format!(
        "`toolkit generate --service {}` writes it; commit it",
        service.name()
    );
    Ok(Some(Problem::new(problem, remedy)))
}

/// The folder of the crate, where the file is of use.
fn folder(context: &Context, service: &Service) -> Option<PathBuf> {
    let folder = crate_folder(service, &context.configuration).ok();
    folder.filter(|_| service.keeps_unsaid())
}
