//! From a parsed command line to a command.

use std::process::ExitCode;

use clap::CommandFactory;
use toolkit_runtime::{
    Context, Error, Format, GlobalArgs, Outcome, Printer, ReportFormat, Service,
    command::{
        Order, UpArgs, Work, destroy, end, history, migrate, parse, resolve, roles, run, status, up,
    },
};

use super::{
    args::{
        AdoptArgs, BootstrapArgs, Cli, Command, Destroyed, DiffArgs, EntitiesArgs, GenerateArgs,
        LintArgs, LockArgs, NewCommand, PlanArgs, RebaseArgs, SquashArgs, StampArgs, UpAllArgs,
        VerifyArgs,
    },
    choose,
    relations::{asked, refuse_endless},
};
use crate::{
    command::{
        adopt, check, completions, diff, entities, generate, lint, lock, new, plan, rebase, squash,
        stamp, verify,
    },
    compare::Wishes,
    project::Words,
};

/// The whole `main` of a workspace's toolkit binary; it knows the services and nothing else.
pub fn main(services: &[Service]) -> ExitCode {
    if let Some(code) = asked(services) {
        return code;
    }
    let cli = match parse::<Cli>(Cli::command()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    if let Command::Completions { shell } = cli.command {
        completions(shell, &mut Cli::command());
        return end(Printer::default(), Ok(Outcome::Done));
    }
    let global = GlobalArgs {
        scratch: cli.scratch,
        ..cli.global
    };
    run(&global, services, async |context| {
        Box::pin(dispatch(context, services, cli.command)).await
    })
}

async fn dispatch(
    context: &Context,
    services: &[Service],
    command: Command,
) -> Result<Outcome, Error> {
    context.refuse_code(code(&command))?;
    if changes_nothing(&command) {
        context.only_reads();
    }
    refuse_endless(&command, services).await?;
    match command {
        Command::Bootstrap(args) => bootstrapped(context, services, &args).await,
        Command::Up {
            service,
            up: args,
            dry_run,
        } => {
            let service = [choose::one(services, &service.service)?];
            if dry_run {
                return plan::plan(context, &service, &plan::Request::up(&args)).await;
            }
            up(context, "up", &service, &args, Order::UntilFailure).await
        }
        Command::UpAll(args) => all_up(context, services, &args).await,
        Command::Plan(args) => planned(context, services, &args).await,
        Command::Down { service, down } => {
            let service = choose::one(services, &service.service)?;
            destroy(context, &service, &Work::Down(down.extent()), down.yes).await
        }
        Command::Status {
            services: names,
            exit_code,
        } => {
            status(
                context,
                &choose::some(services, &names.services)?,
                exit_code,
            )
            .await
        }
        Command::History {
            services: names,
            history: args,
        } => history(context, &choose::some(services, &names.services)?, args).await,
        Command::Resolve {
            service,
            resolve: args,
        } => {
            let service = choose::one(services, &service.service)?;
            resolve(context, &service, &args).await
        }
        Command::Stamp(args) => stamped(context, services, args).await,
        Command::Squash(args) => squashed(context, services, args).await,
        Command::Adopt(args) => adopted(context, services, args).await,
        Command::Fresh(args) => destroyed(context, services, &args, &Work::Fresh).await,
        Command::Refresh(args) => destroyed(context, services, &args, &Work::Refresh).await,
        Command::Reset(args) => destroyed(context, services, &args, &Work::Reset).await,
        Command::Generate(args) => generated(context, services, args).await,
        Command::Diff(args) => Box::pin(compared(context, services, args)).await,
        Command::New(NewCommand::Service {
            name,
            schema,
            dry_run,
        }) => new::service(
            context,
            services,
            &new::Request {
                name,
                schema,
                dry_run,
            },
        ),
        Command::Entities(args) => Box::pin(described(context, services, args)).await,
        Command::Check(names) => {
            check::check(context, &choose::some(services, &names.services)?).await
        }
        Command::Lint(args) => Box::pin(linted(context, services, args)).await,
        Command::Lock(args) => locked(context, services, args).await,
        Command::Rebase(args) => Box::pin(rebased(context, services, args)).await,
        Command::Verify(VerifyArgs {
            services: names,
            up,
        }) => verify::verify(context, &choose::some(services, &names.services)?, up).await,
        #[cfg(feature = "embedded")]
        Command::Db {
            reset: true, yes, ..
        } => crate::command::db::reset(context, yes).await,
        #[cfg(feature = "embedded")]
        Command::Db {
            reset: false, port, ..
        } => crate::command::db::serve(context, port).await,
        Command::Completions { shell } => {
            completions(shell, &mut Cli::command());
            Ok(Outcome::Done)
        }
    }
}

/// Whether a command changes neither files nor a database that is in use.
fn changes_nothing(command: &Command) -> bool {
    match command {
        Command::Status { .. }
        | Command::History { .. }
        | Command::Plan(_)
        | Command::Diff(_)
        | Command::Check(_)
        | Command::Lint(_)
        | Command::Verify(_) => true,
        Command::Up { dry_run, .. } => *dry_run,
        Command::UpAll(args) => args.dry_run,
        Command::Entities(args) => args.check || args.dry_run,
        Command::New(NewCommand::Service { dry_run, .. }) => *dry_run,
        Command::Bootstrap(_)
        | Command::Down { .. }
        | Command::Resolve { .. }
        | Command::Stamp(_)
        | Command::Squash(_)
        | Command::Adopt(_)
        | Command::Fresh(_)
        | Command::Refresh(_)
        | Command::Reset(_)
        | Command::Generate(_)
        | Command::Lock(_)
        | Command::Rebase(_)
        | Command::Completions { .. } => false,
        #[cfg(feature = "embedded")]
        Command::Db { .. } => false,
    }
}

/// Which code a command that does nothing else writes to stdout.
fn code(command: &Command) -> &'static [Format] {
    match command {
        Command::Generate(_) | Command::Diff(_) => &[Format::Sql, Format::Rust],
        Command::Plan(_)
        | Command::Up { dry_run: true, .. }
        | Command::UpAll(UpAllArgs { dry_run: true, .. })
        | Command::Bootstrap(BootstrapArgs { dry_run: true, .. }) => &[Format::Sql],
        Command::Lint(_) => &[
            Format::Report(ReportFormat::Sarif),
            Format::Report(ReportFormat::Github),
            Format::Report(ReportFormat::Gitlab),
            Format::Report(ReportFormat::Markdown),
        ],
        Command::Up { dry_run: false, .. }
        | Command::UpAll(UpAllArgs { dry_run: false, .. })
        | Command::Bootstrap(BootstrapArgs { dry_run: false, .. })
        | Command::Down { .. }
        | Command::Status { .. }
        | Command::History { .. }
        | Command::Resolve { .. }
        | Command::Stamp(_)
        | Command::Squash(_)
        | Command::Adopt(_)
        | Command::Fresh(_)
        | Command::Refresh(_)
        | Command::Reset(_)
        | Command::New(_)
        | Command::Entities(_)
        | Command::Check(_)
        | Command::Lock(_)
        | Command::Rebase(_)
        | Command::Verify(_)
        | Command::Completions { .. } => &[],
        #[cfg(feature = "embedded")]
        Command::Db { .. } => &[],
    }
}

async fn bootstrapped(
    context: &Context,
    services: &[Service],
    args: &BootstrapArgs,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.services)?;
    if args.roles {
        return roles(context, &services, args.dry_run).await;
    }
    let (work, order) = (Work::Bootstrap, Order::SideBySide);
    migrate(context, "bootstrap", &services, &work, order).await
}

async fn all_up(
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
        ..UpArgs::default()
    };
    if args.dry_run {
        return plan::plan(context, services, &plan::Request::up(&up_args)).await;
    }
    up(context, "up-all", services, &up_args, order).await
}

async fn planned(
    context: &Context,
    services: &[Service],
    args: &PlanArgs,
) -> Result<Outcome, Error> {
    let services = choose::some(services, &args.services.services)?;
    let request = match args.down {
        Some(count) => plan::Request::down(count),
        None => plan::Request::up(&UpArgs::default()),
    };
    plan::plan(context, &services, &request).await
}

async fn stamped(
    context: &Context,
    services: &[Service],
    args: StampArgs,
) -> Result<Outcome, Error> {
    let StampArgs {
        service,
        to,
        all: _,
        force,
    } = args;
    let service = choose::one(services, &service.service)?;
    stamp::stamp(context, &stamp::Request { service, to, force }).await
}

async fn adopted(
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
        service: choose::one(services, &service.service)?,
        message,
        entities,
        out,
        dry_run,
        yes,
    };
    adopt::adopt(context, &request).await
}

async fn squashed(
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
        service: choose::one(services, &service.service)?,
        through,
        message,
        drop_data,
        dry_run,
    };
    squash::squash(context, &request).await
}

async fn destroyed(
    context: &Context,
    services: &[Service],
    args: &Destroyed,
    work: &Work,
) -> Result<Outcome, Error> {
    let service = choose::one(services, &args.service.service)?;
    destroy(context, &service, work, args.yes).await
}

async fn generated(
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
        empty,
        online,
        no_online,
        dry_run,
    } = args;
    let wishes = Wishes {
        renames,
        drop,
        ..Wishes::default()
    };
    let online = match (online, no_online) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let request = generate::Request {
        services: choose::some(services, &names.services)?,
        message,
        current: from,
        wishes,
        empty,
        online,
        dry_run,
    };
    generate::generate(context, request).await
}

async fn linted(context: &Context, services: &[Service], args: LintArgs) -> Result<Outcome, Error> {
    let LintArgs {
        services: names,
        since,
        pending,
    } = args;
    let request = lint::Request {
        services: choose::some(services, &names.services)?,
        against: if pending {
            lint::Against::Database
        } else {
            lint::Against::Commit(since)
        },
    };
    lint::lint(context, &request).await
}

async fn locked(context: &Context, services: &[Service], args: LockArgs) -> Result<Outcome, Error> {
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
    lock::lock(context, &choose::some(services, &names.services)?, &words).await
}

async fn rebased(
    context: &Context,
    services: &[Service],
    args: RebaseArgs,
) -> Result<Outcome, Error> {
    let RebaseArgs {
        service,
        onto,
        dry_run,
    } = args;
    let service = choose::one(services, &service.service)?;
    let request = rebase::Request {
        service,
        onto,
        dry_run,
    };
    rebase::rebase(context, request).await
}

async fn described(
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
        service: choose::one(services, &service.service)?,
        from,
        out,
        check,
        overwrite,
        dry_run,
    };
    entities::entities(context, &request).await
}

async fn compared(
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
    let service = service
        .map(|name| choose::one(services, &name))
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
