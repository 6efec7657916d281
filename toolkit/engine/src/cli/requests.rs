//! What each command is asked for, from its arguments.

use toolkit_runtime::{
    ConfigError, Context, Error, Format, Outcome, ReportFormat, Service,
    command::{Order, Place, UpArgs, Work, destroy, history as told, migrate, resolve, roles, up},
};

use super::{
    args::{
        AdoptArgs, BootstrapArgs, Destroyed, DiffArgs, DownCommand, EntitiesArgs, GenerateArgs,
        LintArgs, LockArgs, PlanArgs, RebaseArgs, ResolveCommand, SquashArgs, StampArgs, UpAllArgs,
        UpCommand,
    },
    checking::CheckArgs,
    choose,
    drawing::{DocsArgs, InspectArgs, PastArgs},
};
use crate::{
    command::{
        adopt, check, diff, docs, entities, generate, history, inspect, lint, lock,
        losing::confirm_losses, plan, rebase, squash, stamp,
    },
    compare::Wishes,
    project::Words,
};
pub(super) async fn bootstrapped(
    context: &Context,
    services: &[Service],
    args: &BootstrapArgs,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.names())?;
    if args.roles {
        return roles(context, &services, args.dry_run).await;
    }
    let (work, order) = (Work::Bootstrap, Order::SideBySide);
    migrate(context, "bootstrap", &services, &work, order).await
}

pub(super) async fn all_up(
    context: &Context,
    services: &[Service],
    args: &UpAllArgs,
) -> Result<Outcome, Error> {
    let order = if args.fail_fast {
        Order::UntilFailure
    } else {
        Order::SideBySide
    };
    let up_args = UpArgs {
        allow_out_of_order: args.allow_out_of_order,
        after_rollout: args.after_rollout,
        pace: args.pace.clone(),
        ..UpArgs::default()
    };
    if args.dry_run {
        return plan::plan(context, services, &plan::Request::up(services, &up_args)?).await;
    }
    confirm_losses(context, services, &up_args, &args.yes).await?;
    up(context, "up-all", services, &up_args, order).await
}

pub(super) async fn upped(
    context: &Context,
    services: &[Service],
    args: &UpCommand,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.names())?;
    if args.dry_run {
        return plan::plan(context, &services, &plan::Request::up(&services, &args.up)?).await;
    }
    let order = if args.fail_fast {
        Order::UntilFailure
    } else {
        Order::SideBySide
    };
    confirm_losses(context, &services, &args.up, &args.yes).await?;
    up(context, "up", &services, &args.up, order).await
}

pub(super) async fn downed(
    context: &Context,
    services: &[Service],
    args: &DownCommand,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.names())?;
    let work = Work::Down(args.down.extent(&services)?);
    destroy(context, &services, &work, &args.down.yes).await
}

pub(super) async fn resolved(
    context: &Context,
    services: &[Service],
    args: &ResolveCommand,
) -> Result<Outcome, Error> {
    let service = choose::one(services, args.of.service())?;
    let word = args.of.migration().unwrap_or_default();
    resolve(context, &service, word, args.resolution).await
}

pub(super) async fn planned(
    context: &Context,
    services: &[Service],
    args: &PlanArgs,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.names())?;
    if context.printer.format() == Format::Report(ReportFormat::Html) {
        return match args.down {
            None => lint::planned(context, &services).await,
            Some(_) => Err(ConfigError::Value {
                name: "--format".to_owned(),
                value: "html".to_owned(),
                expected: "text, json or sql with --down",
            }
            .into()),
        };
    }
    let request = match args.down {
        Some(count) => plan::Request::down(count),
        None => plan::Request::up(&services, &UpArgs::default())?,
    };
    plan::plan(context, &services, &request).await
}

pub(super) async fn stamped(
    context: &Context,
    services: &[Service],
    args: StampArgs,
) -> Result<Outcome, Error> {
    let StampArgs { of, all, force } = args;
    let service = choose::one(services, of.service())?;
    let to = of.migration().filter(|_| !all).map(Place::from);
    stamp::stamp(context, &stamp::Request { service, to, force }).await
}

pub(super) async fn adopted(
    context: &Context,
    services: &[Service],
    args: AdoptArgs,
) -> Result<Outcome, Error> {
    let AdoptArgs {
        service,
        message,
        entities,
        out,
        dry_run,
        yes,
    } = args;
    let request = adopt::Request {
        service: choose::one(services, service.name())?,
        message,
        entities,
        out,
        dry_run,
        yes,
    };
    adopt::adopt(context, &request).await
}

pub(super) async fn squashed(
    context: &Context,
    services: &[Service],
    args: SquashArgs,
) -> Result<Outcome, Error> {
    let SquashArgs {
        service,
        through,
        message,
        drop_data,
        dry_run,
    } = args;
    let request = squash::Request {
        service: choose::one(services, service.name())?,
        through: through.as_deref().map(Place::from),
        message,
        drop_data,
        dry_run,
    };
    squash::squash(context, &request).await
}

pub(super) async fn destroyed(
    context: &Context,
    services: &[Service],
    args: &Destroyed,
    work: &Work,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.names())?;
    destroy(context, &services, work, &args.yes).await
}

pub(super) async fn generated(
    context: &Context,
    services: &[Service],
    args: GenerateArgs,
) -> Result<Outcome, Error> {
    let GenerateArgs {
        services: names,
        message,
        from,
        renames,
        drop,
        fills,
        empty,
        online,
        no_online,
        dry_run,
    } = args;
    let wishes = Wishes {
        renames,
        drop,
        fills,
        ..Wishes::default()
    };
    let online = match (online, no_online) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let request = generate::Request {
        services: choose::some(services, &names.names())?,
        message,
        current: from,
        wishes,
        empty,
        online,
        dry_run,
    };
    generate::generate(context, request).await
}

pub(super) async fn checked(
    context: &Context,
    services: &[Service],
    args: &CheckArgs,
) -> Result<Outcome, Error> {
    let CheckArgs {
        services: names,
        no_database,
        allow_pending,
    } = args;
    let request = check::Request {
        no_database: *no_database,
        allow_pending: *allow_pending,
    };
    let services = choose::some(services, &names.names())?;
    check::check(context, &services, request).await
}

pub(super) async fn linted(
    context: &Context,
    services: &[Service],
    args: LintArgs,
) -> Result<Outcome, Error> {
    let LintArgs {
        services: names,
        since,
        pending,
    } = args;
    let request = lint::Request {
        services: choose::some(services, &names.names())?,
        against: if pending {
            lint::Against::Database
        } else {
            lint::Against::Commit(since)
        },
    };
    lint::lint(context, &request).await
}

pub(super) async fn locked(
    context: &Context,
    services: &[Service],
    args: LockArgs,
) -> Result<Outcome, Error> {
    let LockArgs {
        services: names,
        accept,
        replace,
        forget,
    } = args;
    let words = Words {
        accept,
        replace,
        forget,
    };
    lock::lock(context, &choose::some(services, &names.names())?, &words).await
}

pub(super) async fn rebased(
    context: &Context,
    services: &[Service],
    args: RebaseArgs,
) -> Result<Outcome, Error> {
    let RebaseArgs {
        service,
        onto,
        dry_run,
    } = args;
    let service = choose::one(services, service.name())?;
    let request = rebase::Request {
        service,
        onto,
        dry_run,
    };
    rebase::rebase(context, request).await
}

pub(super) async fn described(
    context: &Context,
    services: &[Service],
    args: EntitiesArgs,
) -> Result<Outcome, Error> {
    let EntitiesArgs {
        service,
        from,
        out,
        check,
        overwrite,
        dry_run,
    } = args;
    let request = entities::Request {
        service: choose::one(services, service.name())?,
        from,
        out,
        check,
        overwrite,
        dry_run,
    };
    entities::entities(context, &request).await
}

pub(super) async fn compared(
    context: &Context,
    services: &[Service],
    args: DiffArgs,
) -> Result<Outcome, Error> {
    let DiffArgs {
        from,
        to,
        service,
        schemas,
        owners,
        down,
    } = args;
    let service = (!service.is_open())
        .then(|| choose::one(services, service.name()))
        .transpose()?;
    let request = diff::Request {
        from,
        to,
        service,
        schemas,
        owners,
        down,
    };
    Box::pin(diff::diff(context, request)).await
}

pub(super) async fn documented(
    context: &Context,
    services: &[Service],
    args: DocsArgs,
) -> Result<Outcome, Error> {
    let DocsArgs {
        services: names,
        out,
        check,
        from,
    } = args;
    let request = docs::Request {
        services: choose::some(services, &names.names())?,
        out,
        check,
        from,
    };
    Box::pin(docs::docs(context, &request)).await
}

pub(super) async fn inspected(
    context: &Context,
    services: &[Service],
    args: InspectArgs,
) -> Result<Outcome, Error> {
    let InspectArgs {
        services: names,
        from,
    } = args;
    let services = choose::some(services, &names.names())?;
    inspect::inspect(context, &services, &from).await
}

/// What was done, as text, as JSON, or as a page.
pub(super) async fn past(
    context: &Context,
    services: &[Service],
    args: PastArgs,
) -> Result<Outcome, Error> {
    let PastArgs {
        services: names,
        history: args,
        environments,
    } = args;
    let services = choose::some(services, &names.names())?;
    if context.printer.format() == Format::Report(ReportFormat::Html) {
        return history::drawn(context, &services, &environments, args.num).await;
    }
    if environments.is_empty() {
        return told(context, &services, args).await;
    }
    Err(ConfigError::Value {
        name: "--environment".to_owned(),
        value: "several databases".to_owned(),
        expected: "--format html beside it",
    }
    .into())
}
