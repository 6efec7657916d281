//! What each command does with the tenants of a service. No I/O here.

use toolkit_runtime::{Service, command::Tenancy};

use super::{args::Command, choose};

/// A command's name, what it does with tenants, and the services that it names; none where it is for all.
pub(super) fn tenancy(command: &Command) -> (&'static str, Tenancy, &[String]) {
    use Tenancy::{All, Looks, Makes, One, Template, TemplateOrOne};
    let one = std::slice::from_ref;
    match command {
        Command::Bootstrap(args) => ("bootstrap", Makes, &args.services.services),
        Command::Up {
            service,
            dry_run: true,
            ..
        } => ("up --dry-run", TemplateOrOne, one(&service.service)),
        Command::Up { service, .. } => ("up", All, one(&service.service)),
        Command::Down { service, .. } => ("down", One, one(&service.service)),
        Command::UpAll(args) if args.dry_run => ("up-all --dry-run", TemplateOrOne, &[]),
        Command::UpAll(_) => ("up-all", All, &[]),
        Command::Plan(args) => ("plan", TemplateOrOne, &args.services.services),
        Command::Stamp(args) => ("stamp", One, one(&args.service.service)),
        Command::Adopt(args) => ("adopt", One, one(&args.service.service)),
        Command::Squash(args) => ("squash", Template, one(&args.service.service)),
        Command::Status { services, .. } => ("status", Looks, &services.services),
        Command::History(args) => ("history", One, &args.services.services),
        Command::Resolve { service, .. } => ("resolve", One, one(&service.service)),
        Command::Fresh(args) => ("fresh", One, one(&args.service.service)),
        Command::Refresh(args) => ("refresh", One, one(&args.service.service)),
        Command::Reset(args) => ("reset", One, one(&args.service.service)),
        Command::New(_) => ("new", Template, &[]),
        Command::Generate(args) => ("generate", Template, &args.services.services),
        Command::Entities(args) => ("entities", TemplateOrOne, one(&args.service.service)),
        Command::Diff(args) => (
            "diff",
            TemplateOrOne,
            args.service.as_ref().map_or(&[], one),
        ),
        Command::Check(names) => ("check", TemplateOrOne, &names.services),
        Command::Inspect(args) => ("inspect", TemplateOrOne, &args.services.services),
        Command::Docs(args) => ("docs", TemplateOrOne, &args.services.services),
        Command::Lint(args) => ("lint", Template, &args.services.services),
        Command::Lock(args) => ("lock", Template, &args.services.services),
        Command::Rebase(args) => ("rebase", Template, one(&args.service.service)),
        Command::Verify(args) => ("verify", Template, &args.services.services),
        #[cfg(feature = "embedded")]
        Command::Db { .. } => ("db", Template, &[]),
        Command::Completions { .. } => ("completions", Template, &[]),
        Command::Help { .. } => ("help", Template, &[]),
    }
}

/// Whether `service` is one of those named; nothing where none is.
pub(super) fn is_named(names: &[String], service: &Service) -> Option<bool> {
    let mut names = names.iter().peekable();
    names.peek()?;
    Some(names.any(|name| choose::is_called(service, name)))
}
