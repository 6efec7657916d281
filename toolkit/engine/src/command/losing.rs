//! `up` of migrations that lose data, as the comments in their sources say it: `generate` writes these.

use toolkit_runtime::{
    Context, Error, Extent, Service,
    command::{Question, UpArgs, YesArgs, can_ask, confirm},
};

use super::live;
use crate::project::{crate_folder, losses};

/// Tells what the pending migrations of `services` lose. On a terminal it asks; elsewhere nobody holds up what a
/// release brings.
///
/// # Errors
/// [`Error::NotConfirmed`], [`Error::OtherDatabase`], and when a source cannot be read.
pub(crate) async fn confirm_losses(
    context: &Context,
    services: &[Service],
    args: &UpArgs,
    yes: &YesArgs,
) -> Result<(), Error> {
    let extent = args.extent(services)?;
    for service in services {
        let lost = lost(context, service, (args, &extent)).await?;
        if lost.is_empty() && !names_database(yes) {
            continue;
        }
        let database = context.configuration.target(service)?.shown();
        let told = format!(
            "{}: this loses data in {database}:\n  {}",
            service.name(),
            lost.join("\n  ")
        );
        if yes.yes.is_none() && !can_ask() {
            context.printer.warn(&told);
            continue;
        }
        let question = Question {
            action: &format!("up of {}", service.name()),
            loss: &told,
            service: Some(service),
        };
        confirm(context, yes, question).await?;
    }
    Ok(())
}

fn names_database(yes: &YesArgs) -> bool {
    yes.yes.as_ref().is_some_and(Option::is_some)
}

/// What is lost, a line each; nothing where the sources are not here, or the database cannot be asked, which `up`
/// itself tells.
async fn lost(
    context: &Context,
    service: &Service,
    (args, extent): (&UpArgs, &Extent),
) -> Result<Vec<String>, Error> {
    let Ok(folder) = crate_folder(service, &context.configuration) else {
        return Ok(Vec::new());
    };
    let mut losing = Vec::new();
    for migration in service.migrations() {
        let name = migration.name();
        let lost = losses(&folder, name)?.into_iter();
        losing.extend(lost.map(|what| (name.to_owned(), what)));
    }
    if losing.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(Some(standing)) = live::standing(context, service, "toolkit up").await else {
        return Ok(Vec::new());
    };
    let mut names = if args.after_rollout {
        standing.pending()
    } else {
        standing.due()
    };
    if let Extent::Count(count) = extent {
        names.truncate(usize::try_from(*count).unwrap_or(usize::MAX));
    } else if let Extent::To(last) = extent {
        let last = names.iter().position(|name| *name == last);
        names.truncate(last.map_or(0, |it| it + 1));
    }
    losing.retain(|(name, _)| names.contains(&name.as_str()));
    let lines = losing.into_iter();
    Ok(lines
        .map(|(name, what)| format!("{name}: {what}"))
        .collect())
}
