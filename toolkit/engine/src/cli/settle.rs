//! Which services a command is for, where nobody said so: where something is changed, who can be asked is
//! asked, and nobody else's services are.

use dialoguer::Select;
use toolkit_runtime::{
    Error, Service,
    command::{blocking, can_ask, plain},
};

use super::{
    args::Command,
    names::{ChangedServices, MigrationOf, OneService},
};

/// Fills in the services of a command that changes something.
///
/// # Errors
/// [`Error::NoService`] where nobody can be asked, [`Error::NotConfirmed`] where nothing is answered.
pub(super) async fn settle(services: &[Service], command: &mut Command) -> Result<(), Error> {
    match command {
        Command::Up(args) if !args.dry_run => many(services, "up", &mut args.services).await,
        Command::Down(args) => many(services, "down", &mut args.services).await,
        Command::Fresh(args) => many(services, "fresh", &mut args.services).await,
        Command::Refresh(args) => many(services, "refresh", &mut args.services).await,
        Command::Reset(args) => many(services, "reset", &mut args.services).await,
        Command::Adopt(args) => one(services, "adopt", &mut args.service).await,
        Command::Squash(args) => one(services, "squash", &mut args.service).await,
        Command::Rebase(args) => one(services, "rebase", &mut args.service).await,
        Command::Entities(args) => one(services, "entities", &mut args.service).await,
        Command::Stamp(args) => {
            if args.all {
                args.of.of_service_alone();
            }
            of(services, "stamp", args.all, &mut args.of).await
        }
        Command::Resolve(args) => of(services, "resolve", false, &mut args.of).await,
        Command::Diff(args) => {
            let is_whole = args.schemas.is_empty() && !args.owners;
            if is_whole && (args.from.is_of_service() || args.to.is_of_service()) {
                return match one(services, "diff", &mut args.service).await {
                    // The sources say themselves what they lack: 1 would be that they differ.
                    Err(Error::NoService { .. }) => Ok(()),
                    settled => settled,
                };
            }
            Ok(())
        }
        Command::Up(_)
        | Command::UpAll(_)
        | Command::Bootstrap(_)
        | Command::Plan(_)
        | Command::Status { .. }
        | Command::History(_)
        | Command::New(_)
        | Command::Generate(_)
        | Command::Inspect(_)
        | Command::Docs(_)
        | Command::Check(_)
        | Command::Lint(_)
        | Command::Lock(_)
        | Command::Verify(_)
        | Command::Completions { .. }
        | Command::Help { .. } => Ok(()),
        #[cfg(feature = "embedded")]
        Command::Db { .. } => Ok(()),
    }
}

async fn many(
    services: &[Service],
    command: &'static str,
    chosen: &mut ChangedServices,
) -> Result<(), Error> {
    if chosen.is_open() {
        match <[String; 1]>::try_from(ask(services, command, true).await?) {
            Ok([name]) => chosen.close(name),
            Err(_) => chosen.close_with_all(),
        }
    }
    Ok(())
}

async fn one(
    services: &[Service],
    command: &'static str,
    chosen: &mut OneService,
) -> Result<(), Error> {
    if chosen.is_open() {
        chosen.close(ask(services, command, false).await?.remove(0));
    }
    Ok(())
}

/// `all` is whether no migration has to be named.
async fn of(
    services: &[Service],
    command: &'static str,
    all: bool,
    chosen: &mut MigrationOf,
) -> Result<(), Error> {
    if chosen.is_double() {
        return Err(crate::Error::TwoServices.into());
    }
    let named = chosen.migration().unwrap_or_default();
    // A service alone does not say which of its migrations.
    let is_service = |it: &Service| chosen.is_open() && plain(it.name()) == plain(named);
    if !all && (named.is_empty() || services.iter().any(is_service)) {
        return Err(crate::Error::NoMigration { command }.into());
    }
    if chosen.is_open() {
        chosen.close(ask(services, command, false).await?.remove(0));
    }
    Ok(())
}

/// The name of the service that is meant, or of each where `all` can be. There is at least one.
async fn ask(services: &[Service], command: &'static str, all: bool) -> Result<Vec<String>, Error> {
    let known: Vec<String> = services.iter().map(|it| it.name().to_owned()).collect();
    if known.len() == 1 {
        return Ok(known);
    }
    if known.is_empty() || !can_ask() {
        return Err(Error::NoService {
            command,
            all,
            known,
        });
    }
    let mut choices = known.clone();
    if all {
        choices.push("all of them".to_owned());
    }
    let question = format!("{command} of which service?");
    let choose = move || {
        Select::new()
            .with_prompt(question)
            .items(choices)
            .default(0)
            .interact_opt()
    };
    match blocking("ask", choose).await? {
        Ok(Some(place)) => Ok(known
            .get(place)
            .map_or(known.clone(), |it| vec![it.clone()])),
        Ok(None) => Err(Error::NotConfirmed {
            action: command.to_owned(),
            asked: true,
        }),
        Err(dialoguer::Error::IO(source)) => Err(Error::System {
            action: "ask",
            source,
        }),
    }
}
