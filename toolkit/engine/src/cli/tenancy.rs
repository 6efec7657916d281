//! What each command does with the tenants of a service. No I/O here.

use toolkit_runtime::{Error, Service, command::Tenancy};

use super::{args::Command, choose};

/// A command's name, what it does with tenants, and the services that it names; none where it is for all.
pub(super) fn tenancy(command: &Command) -> (&'static str, Tenancy, Vec<String>) {
    use Tenancy::{All, Looks, Makes, One, Template, TemplateOrOne};
    let one = |name: &str| vec![name.to_owned()];
    let (tenancy, names) = match command {
        Command::Bootstrap(args) => (Makes, args.services.names()),
        Command::Up(args) if args.dry_run => {
            return ("up --dry-run", TemplateOrOne, args.services.names());
        }
        Command::Up(args) => (All, args.services.names()),
        Command::Down(args) => (One, args.services.names()),
        Command::UpAll(args) if args.dry_run => {
            return ("up-all --dry-run", TemplateOrOne, Vec::new());
        }
        Command::UpAll(_) => (All, Vec::new()),
        Command::Plan(args) => (TemplateOrOne, args.services.names()),
        Command::Stamp(args) => (One, one(args.of.service())),
        Command::Adopt(args) => (One, one(args.service.name())),
        Command::Squash(args) => (Template, one(args.service.name())),
        Command::Status { services, .. } => (Looks, services.names()),
        Command::History(args) => (One, args.services.names()),
        Command::Resolve(args) => (One, one(args.of.service())),
        Command::Fresh(args) | Command::Refresh(args) | Command::Reset(args) => {
            (One, args.services.names())
        }
        Command::Generate(args) => (Template, args.services.names()),
        Command::Entities(args) => (TemplateOrOne, one(args.service.name())),
        Command::Diff(args) if args.service.is_open() => (TemplateOrOne, Vec::new()),
        Command::Diff(args) => (TemplateOrOne, one(args.service.name())),
        Command::Check(args) => (TemplateOrOne, args.services.names()),
        Command::Inspect(args) => (TemplateOrOne, args.services.names()),
        Command::Docs(args) => (TemplateOrOne, args.services.names()),
        Command::Lint(args) => (Template, args.services.names()),
        Command::Lock(args) => (Template, args.services.names()),
        Command::Rebase(args) => (Template, one(args.service.name())),
        Command::Verify(args) => (Template, args.services.names()),
        Command::New(_) | Command::Completions { .. } | Command::Help { .. } => {
            (Template, Vec::new())
        }
        #[cfg(feature = "embedded")]
        Command::Db { .. } => (Template, Vec::new()),
    };
    (command.name(), tenancy, names)
}

/// The whole names of those that `names` mean; nothing where none is named.
///
/// # Errors
/// As [`choose::one`].
pub(super) fn named(services: &[Service], names: &[String]) -> Result<Vec<&'static str>, Error> {
    let chosen = names.iter().map(|name| choose::one(services, name));
    chosen.map(|it| it.map(|it| it.name())).collect()
}
